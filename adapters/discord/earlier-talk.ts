import { z } from "zod";
import { detectLanguage, type Turn } from "../../src/core/index.ts";
import { cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { type DiscordIdentity, readSaid, type Said } from "./decode.ts";
import type { Heard } from "./hearing.ts";
import { timeOfSnowflake } from "./ids.ts";
import { type DiscordMessage, messageSchema } from "./payloads.ts";
import { fetchMessage } from "./posted.ts";

/** What was said in a thread or a chain before the bot was brought into it, the thread's title included. */
export interface EarlierTalk {
  /** Tells the dialogue, if it does not know the conversation yet. Failures are of no consequence. */
  bring(heard: Heard): Promise<void>;
}

const page = z.array(messageSchema);

/** First line of a thread that hangs on a message: it only points to that. */
const STARTER = 21;
const MAX_TURNS = 10;
const MAX_CHARACTERS = 1_000;
const PAGE = 30;

function turnOf(text: string, name: string, at: number, role: Turn["role"] = "user"): Turn {
  const words = cut(text, MAX_CHARACTERS);
  return { role, text: words, at, language: detectLanguage(words), decision: null, name };
}

/** The message that a line stands for. */
function meantBy(message: DiscordMessage): DiscordMessage {
  return message.type === STARTER ? (message.referenced_message ?? message) : message;
}

export function createEarlierTalk(parts: AdapterParts): EarlierTalk {
  const { api, host, chains, participation, clock, logger, signal } = parts;
  const call = { signal };

  const before = async (said: Said): Promise<readonly DiscordMessage[]> => {
    const route = `/channels/${said.channel}/messages` as const;
    const query = { before: said.id, limit: String(PAGE) };
    return (await api.call({ method: "GET", route, query }, page, call)).toReversed();
  };

  /** What a thread is about, however long it has become: the message it hangs on, or the first one of a post. */
  const openingOf = async (
    thread: string,
    parent: string,
    earlier: readonly DiscordMessage[],
  ): Promise<DiscordMessage | null> => {
    const shown = earlier.find(({ id, type }) => type === STARTER || id === thread);
    if (shown !== undefined) return meantBy(shown);
    if (earlier.length < PAGE) return null;
    const look = (channel: string) =>
      fetchMessage(api, channel, thread, call).catch((error: unknown) => {
        signal.throwIfAborted();
        logger.debug({ err: error, thread }, "nobody knows what a thread began with");
        return null;
      });
    return (await look(thread)) ?? look(parent);
  };

  /** The words of a message, whoever wrote it. */
  const turnsOf = (message: DiscordMessage, self: DiscordIdentity): readonly Turn[] => {
    const at = timeOfSnowflake(message.id);
    if (message.author.id === self.userId) {
      return message.content === "" ? [] : [turnOf(message.content, "", at, "bot")];
    }
    const said = readSaid(message, self);
    return said === null || said.text === "" ? [] : [turnOf(said.text, said.name, at)];
  };

  const readThread = async (
    { said, place }: Heard,
    thread: string,
    self: DiscordIdentity,
  ): Promise<readonly Turn[]> => {
    const earlier = await before(said);
    const opening = await openingOf(thread, place.channel, earlier);
    const spoken = earlier
      .filter(({ id, type }) => type !== STARTER && id !== opening?.id)
      .flatMap((message) => readSaid(message, self) ?? [])
      .filter(({ text, isBot }) => text !== "" && !isBot)
      .slice(-MAX_TURNS)
      .map(({ text, name, id }) => turnOf(text, name, timeOfSnowflake(id)));
    const began = timeOfSnowflake(thread);
    const title = place.title.trim() === "" ? [] : [turnOf(place.title, said.name, began)];
    return [...title, ...(opening === null ? [] : turnsOf(opening, self)), ...spoken];
  };

  const read = async (heard: Heard): Promise<readonly Turn[]> => {
    const { said, place } = heard;
    const self = await parts.identity();
    if (place.thread !== null) return readThread(heard, place.thread, self);
    // What somebody replies to is what he asks about, also when a program wrote it.
    const above = await chains.above(said, call);
    return above.flatMap((message) => turnsOf(message, self)).slice(-MAX_TURNS);
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
