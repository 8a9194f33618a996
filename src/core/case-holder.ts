import type { CaseRecord } from "./case.ts";

/** Whether somebody has a case. Names need not be unique: where it is known who has it, that counts. */
export function isHeldBy(
  { agent, facts }: Pick<CaseRecord, "agent" | "facts">,
  who: { readonly id: string; readonly name: string },
): boolean {
  if (agent === null) return false;
  const { by } = facts;
  // Of cases of earlier versions only the name is known.
  return typeof by === "string" && by !== agent ? by === who.id : agent === who.name;
}
