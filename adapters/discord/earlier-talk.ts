import { z } from "zod";
import { detectLanguage, type Turn } from "../../src/core/index.ts";
import { cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { readSaid, type Said } from "./decode.ts";
import type { Heard } from "./hearing.ts";
import { timeOfSnowflake } from "./ids.ts";
import { type DiscordMessage, messageSchema } from "./payloads.ts";

/** What was said in a thread or a chain before the bot was brought into it, the thread's title included. */
export interface EarlierTalk {
  /** Tells the dialogue, if it does not know the conversation yet. Failures are of no consequence. */
  bring(heard: Heard): Promise<void>;
}

const page = z.array(messageSchema);

const MAX_TURNS = 10;
const MAX_CHARACTERS = 1_000;
const PAGE = 30;

function turnOf(text: string, name: string, at: number): Turn {
  const words = cut(text, MAX_CHARACTERS);
  return { role: "user", text: words, at, language: detectLanguage(words), decision: null, name };
}

export function createEarlierTalk(parts: AdapterParts): EarlierTalk {
  const { api, host, chains, participation, clock, logger, signal } = parts;
  const call = { signal };

  const before = async (said: Said): Promise<readonly DiscordMessage[]> => {
    const route = `/channels/${said.channel}/messages` as const;
    const query = { before: said.id, limit: String(PAGE) };
    return (await api.call({ method: "GET", route, query }, page, call)).toReversed();
  };

  const read = async ({ said, place }: Heard): Promise<readonly Turn[]> => {
    const self = await parts.identity();
    const messages = place.thread === null ? await chains.above(said, call) : await before(said);
    const spoken = messages
      .flatMap((message) => readSaid(message, self) ?? [])
      .filter(({ text, isBot }) => text !== "" && !isBot)
      .slice(-MAX_TURNS)
      .map(({ text, name, id }) => turnOf(text, name, timeOfSnowflake(id)));
    if (place.thread === null || place.title.trim() === "") return spoken;
    const title = turnOf(place.title, said.name, timeOfSnowflake(place.thread));
    return [title, ...spoken];
  };

  return {
    async bring(heard) {
      const { said, place, conversation: id } = heard;
      if (place.isDirect || (place.thread === null && said.replyTo === null)) return;
      if (await participation.isKnown(id)) return;
      try {
        const turns = await read(heard);
        if (turns.length === 0) return;
        const event = { type: "conversation.seeded", turns, at: clock.now() };
        await host.inbox.tell({ kind: "dialogue", id }, event, [`seed:${id}`]);
      } catch (error) {
        signal.throwIfAborted();
        const { channel } = said;
        logger.info({ err: error, channel }, "it is answered without what was said before");
      }
    },
  };
}
