import { z } from "zod";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { CODES, discordErrorCode } from "./errors.ts";

const anything = z.unknown();

/**
 * Does something in a thread that may have been archived: a new message opens it again, but an edit is refused until somebody
 * has opened it. A locked one stays shut: then the first refusal stands.
 */
export async function awake<Result>(
  api: Pick<DiscordApi, "call">,
  thread: string,
  work: () => Promise<Result>,
  call: DiscordCall,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (discordErrorCode(error) !== CODES.archivedThread) throw error;
    const body = { archived: false };
    const route = `/channels/${thread}` as const;
    await api.call({ method: "PATCH", route, body }, anything, call).catch((refusal: unknown) => {
      throw discordErrorCode(refusal) === CODES.missingPermissions ? error : refusal;
    });
    return work();
  }
}
