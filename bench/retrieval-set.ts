import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { DocumentReader } from "../knowledge/index.ts";
import { detectLanguage } from "../src/core/index.ts";

const passage = z.object({
  id: z.string(),
  title: z.string().default(""),
  text: z.string(),
  lang: z.string().default(""),
});
const question = z.object({
  id: z.string(),
  query: z.string(),
  group: z.string().optional(),
  gold_ids: z.array(z.string()).default([]),
  answerable: z.boolean().default(true),
  lang: z.string().default(""),
});

/** A passage of a set. */
export type BenchPassage = z.infer<typeof passage>;

/** A question with the passages that answer it. */
export interface BenchQuestion {
  readonly query: string;
  readonly gold: readonly string[];
}

/** Which questions: all, or one of two halves — one to tune on, the other to report. */
export type Half = "all" | "tune" | "report";

function readLines<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema>[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => schema.parse(JSON.parse(line)));
}

function isInHalf(name: string, half: Half): boolean {
  if (half === "all") return true;
  const isTuning = (createHash("sha256").update(name).digest()[0] ?? 0) % 2 === 0;
  return isTuning === (half === "tune");
}

/** Reads a set in JSON Lines; questions of one group stay in one half. */
export function readRetrievalSet(options: {
  readonly data: string;
  readonly corpus: string;
  readonly lang: string | undefined;
  readonly half: Half;
}): { readonly passages: readonly BenchPassage[]; readonly questions: readonly BenchQuestion[] } {
  const { lang, half } = options;
  const isWanted = (entry: { readonly lang: string }): boolean =>
    lang === undefined || entry.lang.startsWith(lang);
  const passages = readLines(options.corpus, passage).filter(isWanted);
  const known = new Set(passages.map(({ id }) => id));
  const questions = readLines(options.data, question)
    .filter((entry) => entry.answerable && isWanted(entry))
    .filter((entry) => entry.gold_ids.some((id) => known.has(id)))
    .filter((entry) => isInHalf(entry.group ?? entry.id, half))
    .map(({ query, gold_ids }) => ({ query, gold: gold_ids }));
  return { passages, questions };
}

/** The folder that the passages seem to lie in. */
export const SET_ROOT = "/retrieval-set";

/** Gives each passage as a document of one chunk whose address is its id. */
export function createSetReader(passages: readonly BenchPassage[]): DocumentReader {
  const byId = new Map(passages.map((entry) => [entry.id, entry]));
  return {
    list: () =>
      Promise.resolve({
        isContainer: true,
        refused: [],
        documents: passages.map(({ id }) => {
          return { source: id, root: SET_ROOT, sizeBytes: null, updatedAt: null };
        }),
      }),
    read({ source }) {
      const entry = byId.get(source);
      if (entry === undefined) throw new Error(`no passage ${source}`);
      const title = entry.title.replaceAll("_", " ");
      const language = detectLanguage(entry.text);
      const chunk = { section: "", page: null, text: entry.text, language };
      return Promise.resolve({
        status: "read",
        contentHash: createHash("sha256").update(entry.text).digest("hex"),
        document: { title, language, chunks: [chunk] },
        warning: null,
      });
    },
    close: () => Promise.resolve(),
  };
}
