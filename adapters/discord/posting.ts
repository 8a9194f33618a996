import { z } from "zod";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import type { OutgoingFile } from "./multipart.ts";

const idAnswer = z.object({ id: z.string() });

/**
 * Posts a message and gives its id. Where the bot may write but not read, Discord takes no reply: then it stands by itself.
 * @param message.replyTo null when it stands by itself anyway
 */
export async function postMessage(
  api: Pick<DiscordApi, "call">,
  message: {
    readonly channel: string;
    readonly replyTo: string | null;
    readonly body: Readonly<Record<string, unknown>>;
    readonly files?: readonly OutgoingFile[];
  },
  call: DiscordCall,
): Promise<string> {
  const { channel, replyTo, body, files = [] } = message;
  const route = `/channels/${channel}/messages` as const;
  const send = async (given: Readonly<Record<string, unknown>>): Promise<string> =>
    (await api.call({ method: "POST", route, body: given, files }, idAnswer, call)).id;
  if (replyTo === null) return send(body);
  const reference = { message_id: replyTo, fail_if_not_exists: false };
  try {
    return await send({ ...body, message_reference: reference });
  } catch (error) {
    if (discordErrorCode(error) !== CODES.noHistoryToReply) throw error;
    return send(body);
  }
}
