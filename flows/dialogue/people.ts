import type { Principal } from "../../src/core/index.ts";
import { type DialogueContext, MAX_PEOPLE } from "./context.ts";

/** Notes who has written: lines keep only the name that people read. */
export function withPerson(
  { people = [] }: Pick<DialogueContext, "people">,
  { platform, userId }: Pick<Principal, "platform" | "userId">,
): Pick<DialogueContext, "people"> {
  const name = `${platform}:${userId}`;
  return { people: [...people.filter((one) => one !== name), name].slice(-MAX_PEOPLE) };
}
