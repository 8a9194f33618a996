import { readFile } from "node:fs/promises";
import { z } from "zod";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../src/core/index.ts";

const passage = z.object({
  id: z.string().min(1),
  title: z.string().default(""),
  text: z.string(),
  lang: z.string().default(""),
});
const question = z.object({
  query: z.string().min(1),
  id: z.string().optional(),
  group: z.string().optional(),
  gold_ids: z.array(z.string().min(1)).default([]),
  answerable: z.boolean().default(true),
  lang: z.string().default(""),
});

/** A passage of a set: one document of one piece. */
export type SetPassage = z.infer<typeof passage>;

/** A question with what answers it. */
export interface SetQuestion {
  readonly query: string;
  /** Ids of passages of the set; else the ends of paths or addresses, with `#Heading` where only a part counts. */
  readonly gold: readonly string[];
  /** Questions of one group ask for the same in other words: they do not count as independent of each other. */
  readonly group: string;
}

/** The questions of a file that can be measured. */
export interface QuestionSet {
  readonly questions: readonly SetQuestion[];
  /** Questions that nothing answers, or of which the file does not say what does. */
  readonly withoutGold: number;
}

/** Reads questions in JSON Lines: `{query, gold_ids, id?, group?, answerable?, lang?}`; see `docs/evaluation.md`. */
export async function readQuestions(path: string, lang: string | null): Promise<QuestionSet> {
  const entries = (await readLines(path, question)).filter((entry) => isIn(entry, lang));
  const measurable = entries.filter((entry) => entry.answerable && entry.gold_ids.length > 0);
  return {
    questions: measurable.map(({ query, gold_ids: gold, group, id }, index) => {
      return { query, gold, group: group ?? id ?? String(index) };
    }),
    withoutGold: entries.length - measurable.length,
  };
}

/** Reads passages in JSON Lines: `{id, text, title?, lang?}`. */
export async function readPassages(
  path: string,
  lang: string | null,
): Promise<readonly SetPassage[]> {
  return (await readLines(path, passage)).filter((entry) => isIn(entry, lang));
}

/** Whether a file holds passages in JSON Lines, and is no document or list of questions and answers. */
export async function holdsPassages(path: string): Promise<boolean> {
  if (!path.endsWith(".jsonl")) return false;
  const first = (await readText(path)).split("\n", 1)[0] ?? "";
  return passage.safeParse(jsonOf(first)).success;
}

function isIn(entry: { readonly lang: string }, lang: string | null): boolean {
  return lang === null || entry.lang.startsWith(lang);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const isAway = systemErrorCode(error) === "ENOENT";
    throw new FrontdeskError(
      isAway ? "source_not_found" : "source_unreadable",
      isAway ? `${path} does not exist.` : `${path} cannot be read: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

async function readLines<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>[]> {
  const lines = (await readText(path)).split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const parsed = schema.safeParse(jsonOf(line));
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const what = issue === undefined ? "" : `${issue.path.join(".") || "line"}: ${issue.message}`;
    throw new FrontdeskError(
      "usage",
      `${path}, line ${index + 1} is not as expected (${what}). Each line is one JSON object; docs/evaluation.md shows them.`,
    );
  });
}
