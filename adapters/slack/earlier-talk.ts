import { z } from "zod";
import { detectLanguage, type Turn } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { readSaid, type Said } from "./decode.ts";
import { rootOf } from "./hearing.ts";
import { slackConversationId, timeOfTs } from "./ids.ts";
import { messageSchema, type SlackMessagePayload } from "./payloads.ts";
import { cut } from "./safe-text.ts";
import { unlessLate } from "./unless-late.ts";

/** What was said in a thread before the bot was brought into it. */
export interface EarlierTalk {
  /**
   * Tells the dialogue, if it does not know the thread yet. Failures are of no consequence.
   * @param limit what Slack has not told by then is left out
   */
  bring(said: Said, limit: AbortSignal): Promise<void>;
}

const page = z.object({
  messages: z.array(messageSchema),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

const MAX_TURNS = 10;
const MAX_CHARACTERS = 1_000;
/** Slack tells the beginning of a thread first: its end is on the last page. */
const PAGE = 999;
const MAX_PAGES = 5;

export function createEarlierTalk(parts: AdapterParts): EarlierTalk {
  const { api, host, people, participation, clock, logger, signal } = parts;
  const call = { signal };

  const turnOf = async (said: Said): Promise<Turn> => {
    const { displayName: name } = await people.principal(said.user, call);
    const text = cut(said.text, MAX_CHARACTERS);
    const language = detectLanguage(text);
    return { role: "user", text, at: timeOfTs(said.ts), language, decision: null, name };
  };

  /** What was said in a thread before this message; of a very long one nothing, for its end cannot be reached in time. */
  const messagesBefore = async (said: Said): Promise<readonly SlackMessagePayload[]> => {
    const args = { channel: said.channel, ts: rootOf(said), latest: said.ts, limit: PAGE };
    const found: SlackMessagePayload[] = [];
    for (let cursor = "", pages = 0; pages < MAX_PAGES; pages += 1) {
      const paged = cursor === "" ? args : { ...args, cursor };
      const answer = await api.call("conversations.replies", paged, page, call);
      found.push(...answer.messages);
      cursor = answer.response_metadata?.next_cursor ?? "";
      if (cursor === "") return found.filter(({ ts }) => Number(ts) < Number(said.ts));
    }
    return [];
  };

  const read = async (said: Said): Promise<readonly Turn[]> => {
    const self = await parts.identity();
    const earlier = (await messagesBefore(said))
      .flatMap((message) => readSaid(message, said.channel, self) ?? [])
      .filter(({ text, botId }) => text !== "" && botId === null)
      .slice(-MAX_TURNS);
    return Promise.all(earlier.map(turnOf));
  };

  return {
    async bring(said, limit) {
      if (said.thread === null) return;
      const { team } = await parts.identity();
      const { channel } = said;
      const id = slackConversationId({ kind: "thread", team, channel, thread: said.thread });
      if (await participation.isKnown(id)) return;
      try {
        const turns = await unlessLate(read(said), limit, () => {
          logger.info(
            { channel },
            "Slack is slow: a thread is answered without what was said before",
          );
          return [];
        });
        if (turns.length === 0) return;
        const event = { type: "conversation.seeded", turns, at: clock.now() };
        await host.inbox.tell({ kind: "dialogue", id }, event, [`seed:${id}`]);
      } catch (error) {
        signal.throwIfAborted();
        logger.info({ err: error, channel }, "a thread is answered without what was said before");
      }
    },
  };
}
