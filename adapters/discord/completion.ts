import { timeLimit } from "../../src/core/index.ts";
import { cleanLine, cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { From } from "./decode-interaction.ts";
import { timeOfSnowflake } from "./ids.ts";
import { askedSchema } from "./taking-in.ts";

/** What is offered while somebody types. */
export interface Completion {
  /** Titles of documents that he may read, and his own questions of before; always in time, if need be with less. */
  choices(
    from: From,
    words: string,
  ): Promise<readonly { readonly name: string; readonly value: string }[]>;
}

// docs.discord.com: at most 25 choices of at most 100 characters, within three seconds.
const MAX_CHOICES = 25;
const MAX_LENGTH = 100;
const MAX_QUESTIONS = 10;
const PATIENCE_MS = 1_500;
/** Of the three seconds so much is left for the way back. */
const LATEST_MS = 2_200;
const LEAST_MS = 300;

export function createCompletion(parts: AdapterParts): Completion {
  const { host, people, memory, clock, logger, signal } = parts;

  const questions = async ({ actor }: From): Promise<readonly string[]> => {
    const asked = await memory.list(`asked:${actor.user}:`, askedSchema, 100);
    return asked.map(({ value }) => value.question);
  };

  /** A busy process hears of it late; a clock that is wrong must not leave no time at all. */
  const patienceFor = ({ id }: From): number => {
    const leftMs = LATEST_MS - (clock.now() - timeOfSnowflake(id));
    return Math.max(LEAST_MS, Math.min(PATIENCE_MS, leftMs));
  };

  const titles = async (
    from: From,
    words: string,
    patienceMs: number,
  ): Promise<readonly string[]> => {
    if (host.titles === null) return [];
    const call = { signal: AbortSignal.any([signal, timeLimit(patienceMs)]) };
    return host.titles(words, await people.principal(from.actor, call), call);
  };

  /** Nothing, when it fails or takes too long. */
  const inTime = async (
    work: Promise<readonly string[]>,
    patienceMs: number,
  ): Promise<readonly string[]> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<readonly string[]>((resolve) => {
      timer = setTimeout(() => resolve([]), patienceMs);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      logger.debug({ err: error }, "suggestions could not be looked up");
      return [];
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async choices(from, words) {
      const wanted = cleanLine(words).toLowerCase();
      const patienceMs = patienceFor(from);
      const [asked, found] = await Promise.all([
        inTime(questions(from), patienceMs),
        inTime(titles(from, wanted, patienceMs), patienceMs),
      ]);
      const matching = asked.filter((question) => question.toLowerCase().includes(wanted));
      const all = [...matching.slice(0, MAX_QUESTIONS), ...found]
        .map((text) => cut(cleanLine(text), MAX_LENGTH))
        .filter((text) => text !== "");
      const unique = [...new Set(all)].slice(0, MAX_CHOICES);
      return unique.map((text) => ({ name: text, value: text }));
    },
  };
}
