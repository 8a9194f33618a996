import { z } from "zod";
import type { SlackApi, SlackCall } from "./client.ts";
import { slackErrorName } from "./errors.ts";

const page = z.object({ messages: z.array(z.object({ ts: z.string() })) });
const EXPECTED = new Set(["thread_not_found", "not_in_channel", "channel_not_found"]);

/**
 * Whether something stands below the root of a thread. Slack shows an ephemeral message in a thread to nobody until somebody
 * has replied there, and says all the same that it was sent. When Slack does not tell, it is taken for one without replies:
 * what is sent to the channel itself is seen in any case.
 */
export async function isActiveThread(
  api: SlackApi,
  { channel, thread }: { readonly channel: string; readonly thread: string },
  call: SlackCall,
): Promise<boolean> {
  const args = { channel, ts: thread, limit: 2 };
  try {
    const expecting = { ...call, expects: EXPECTED };
    const { messages } = await api.call("conversations.replies", args, page, expecting);
    return messages.some(({ ts }) => ts !== thread);
  } catch (error) {
    call.signal.throwIfAborted();
    // Its root is gone: what is sent there Slack refuses by itself.
    return slackErrorName(error) === "thread_not_found";
  }
}
