import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { errorMessage } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";

/** Cuts a run of Han characters into words. */
export interface HanSegmenter {
  /** Which dictionary and program cut; text indexed by one is not searched with the other. */
  readonly identity: string;
  /** Overlapping words are all given, the parts of a long word before the word itself. */
  cut(run: string): readonly string[];
  /** People, organisations and products that are named in it; missing where the program cannot tell. */
  names?(run: string): readonly { readonly name: string; readonly kind: "person" | "name" }[];
}

// Iterating one long string makes every segment keep a copy of it: 100,000 characters exhaust the heap.
const PIECE_LENGTH = 1_000;

/** The word breaker of the JavaScript engine: worse than a dictionary, but always there. */
export function createIntlSegmenter(): HanSegmenter {
  const segmenter = new Intl.Segmenter("zh", { granularity: "word" });
  return {
    identity: `intl-${process.versions["icu"] ?? "unknown"}`,
    cut(run) {
      const words: string[] = [];
      for (let start = 0; start < run.length; start += PIECE_LENGTH) {
        const piece = run.slice(start, start + PIECE_LENGTH);
        for (const { segment } of segmenter.segment(piece)) words.push(segment);
      }
      return words;
    },
  };
}

/** What jieba calls names: of people, of organisations, other ones. */
const NAMES: ReadonlyMap<string, "person" | "name"> = new Map([
  ["nr", "person"],
  ["nt", "name"],
  ["nz", "name"],
]);

let loading: Promise<HanSegmenter> | null = null;

/**
 * Loads jieba, and its dictionary (0.2 s, once in a process) with the first Chinese text; where its native binding is missing,
 * the engine's word breaker.
 */
export function loadHanSegmenter(options: { readonly logger: Logger }): Promise<HanSegmenter> {
  loading ??= load(options.logger);
  return loading;
}

async function load(logger: Logger): Promise<HanSegmenter> {
  try {
    const { Jieba } = await import("@node-rs/jieba");
    const dictionary = createRequire(import.meta.url).resolve("@node-rs/jieba/dict.txt");
    let made: InstanceType<typeof Jieba> | null = null;
    const jieba = () => {
      made ??= Jieba.withDict(readFileSync(dictionary));
      return made;
    };
    return {
      identity: "jieba-2",
      cut: (run) => jieba().cutForSearch(run, true),
      names: (run) =>
        jieba()
          .tag(run)
          .flatMap(({ tag, word }) => {
            const kind = NAMES.get(tag);
            return kind === undefined || word.length < 2 ? [] : [{ name: word, kind }];
          }),
    };
  } catch (error) {
    logger.warn(
      { reason: errorMessage(error) },
      "jieba is missing: Chinese is cut less well until it is installed",
    );
    return createIntlSegmenter();
  }
}
