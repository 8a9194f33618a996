import { z } from "zod";
import { detectLanguage, type Turn } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { readSaid, type Said } from "./decode.ts";
import { rootOf } from "./hearing.ts";
import { slackConversationId, timeOfTs } from "./ids.ts";
import { messageSchema } from "./payloads.ts";
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

const page = z.object({ messages: z.array(messageSchema) });

const MAX_TURNS = 10;
const MAX_CHARACTERS = 1_000;
const PAGE = 100;

export function createEarlierTalk(parts: AdapterParts): EarlierTalk {
  const { api, host, people, participation, clock, logger, signal } = parts;
  const call = { signal };

  const turnOf = async (said: Said): Promise<Turn> => {
    const { displayName: name } = await people.principal(said.user, call);
    const text = cut(said.text, MAX_CHARACTERS);
    const language = detectLanguage(text);
    return { role: "user", text, at: timeOfTs(said.ts), language, decision: null, name };
  };

  const read = async (said: Said): Promise<readonly Turn[]> => {
    const self = await parts.identity();
    const args = { channel: said.channel, ts: rootOf(said), latest: said.ts, limit: PAGE };
    const { messages } = await api.call("conversations.replies", args, page, call);
    const earlier = messages
      .filter(({ ts }) => Number(ts) < Number(said.ts))
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
