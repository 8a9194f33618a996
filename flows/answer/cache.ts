import { z } from "zod";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { matchable } from "../language/index.ts";
import type { AnswerDraft, AnswerInput } from "../tasks/contracts.ts";

/** How looking into the cache went. */
export type AnswerCacheOutcome = "hit" | "miss" | "stored";

/** Answers that the model has written, for those who ask nearly the same and may see the same. */
export interface AnswerCache {
  /** The draft for this question, its sources numbered as the input has them; null when there is none that still holds. */
  find(input: AnswerInput, model: string): Promise<AnswerDraft | null>;
  /** Keeps a draft unless it may say what only this conversation knows. Never rejects. */
  keep(input: AnswerInput, model: string, draft: AnswerDraft): Promise<void>;
}

/** What an answer cache is made of. */
export interface AnswerCacheOptions {
  readonly memory: Pick<KeyedMemory, "get" | "set">;
  /** Forgotten after this time, whatever has changed. */
  readonly ttlMs: number;
  /** A short name for a text, from which the text cannot be told. */
  readonly digest: (text: string) => string;
  readonly onOutcome: (outcome: AnswerCacheOutcome) => void;
  readonly logger: Logger;
}

/** Raised when prompts change, so that answers to the old ones are not given any more. */
const VERSION = 2;
const PREFIX = "answer:";
const MARK = /\[(\d{1,3})\]/gu;
/** What people write or leave out around a question without meaning anything else. */
const AROUND = /^["'“”「『\s]+|["'“”」』?!？！。.…~～\s]+$/gu;
const BESIDE_HAN = /(?<=\p{Script=Han})\s+|\s+(?=\p{Script=Han})/gu;

const kept = z.object({
  text: z.string(),
  /** Sources by the number that the text names. */
  sources: z.record(z.string(), z.string()),
});

/**
 * Creates the cache. The name of an entry holds the question without what does not matter (case, width, marks at its ends), what
 * its readers may see as it stands, and everything else that shapes an answer; neither question nor person can be read from it.
 * An entry is only given when every passage that it cites was found for this asker as well.
 */
export function createAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { memory, ttlMs, digest, onOutcome, logger } = options;
  const nameOf = (input: AnswerInput, model: string): string | null => {
    const identity = identityOf(input, model);
    return identity === null ? null : PREFIX + digest(identity);
  };

  async function look(input: AnswerInput, model: string): Promise<AnswerDraft | null> {
    const name = nameOf(input, model);
    if (name === null || input.isRegeneration) return null;
    const found = kept.safeParse(await memory.get(name));
    return found.success ? draftOf(found.data, input) : null;
  }

  return {
    async find(input, model) {
      const draft = await look(input, model).catch((error: unknown) => {
        logger.debug({ err: error }, "the answer cache cannot be read");
        return null;
      });
      onOutcome(draft === null ? "miss" : "hit");
      return draft;
    },
    async keep(input, model, draft) {
      const name = nameOf(input, model);
      const isOwn = input.turns.length > 0;
      if (name === null || isOwn || draft.kind !== "model" || draft.isRefusal) return;
      const value = keptOf(draft.text, input);
      if (value === null) return;
      try {
        await memory.set(name, value, ttlMs);
        onOutcome("stored");
      } catch (error) {
        logger.debug({ err: error }, "the answer cache cannot be written");
      }
    },
  };
}

/** Null when nobody knows what the readers may see, or something else than documents of ours is to be drawn on. */
function identityOf(input: AnswerInput, model: string): string | null {
  const { view, question, language, tone, thoughtTokens, collection, passages } = input;
  if (view === null || passages.some(({ origin }) => origin !== "local")) return null;
  const plain = matchable(question).replace(AROUND, "").replace(BESIDE_HAN, "");
  const manner = [language, tone, thoughtTokens, collection];
  return JSON.stringify([VERSION, model, view, plain, ...manner]);
}

/** Null when a number stands for nothing: such a draft will not pass its check either. */
function keptOf(text: string, { passages }: AnswerInput): z.infer<typeof kept> | null {
  const sources: Record<string, string> = {};
  for (const [, number = ""] of text.matchAll(MARK)) {
    const id = passages[Number(number) - 1]?.id;
    if (id === undefined) return null;
    sources[number] = id;
  }
  return Object.keys(sources).length === 0 ? null : { text, sources };
}

function draftOf({ text, sources }: z.infer<typeof kept>, input: AnswerInput): AnswerDraft | null {
  const places = new Map<string, number>(input.passages.map(({ id }, index) => [id, index + 1]));
  const numbers = new Map<string, number>();
  for (const [number, id] of Object.entries(sources)) {
    const place = places.get(id);
    if (place === undefined) return null;
    numbers.set(number, place);
  }
  const renumbered = text.replace(MARK, (mark, number: string) => {
    const place = numbers.get(number);
    return place === undefined ? mark : `[${place}]`;
  });
  return { kind: "model", text: renumbered, citations: [], isRefusal: false };
}
