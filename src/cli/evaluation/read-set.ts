import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { FrontdeskError } from "../../core/index.ts";

/** Where a set lies: its questions, and its texts where it has some. */
export interface SetFiles {
  readonly questions: string;
  /** Null when there is no file of texts beside it and none was named. */
  readonly corpus: string | null;
}

/**
 * Finds the files of a set.
 *
 * @param data - a file of JSON lines, or a folder that holds `dev.jsonl` (and `dev.corpus.jsonl`)
 * @param corpus - the file of texts where it is not the one beside the questions
 * @throws FrontdeskError `usage` when there is no such file
 */
export function filesOf(data: string, corpus: string | null = null): SetFiles {
  const questions = isFolder(data) ? join(data, "dev.jsonl") : data;
  if (!existsSync(questions)) {
    throw new FrontdeskError(
      "usage",
      `There is no ${questions}. Give --data a file of JSON lines, or a folder with a dev.jsonl.`,
    );
  }
  if (corpus !== null) {
    if (!existsSync(corpus)) throw new FrontdeskError("usage", `There is no file ${corpus}.`);
    return { questions, corpus };
  }
  const beside = [
    questions.replace(/\.jsonl$/u, ".corpus.jsonl"),
    join(dirname(questions), "dev.corpus.jsonl"),
  ].find((file) => file !== questions && existsSync(file));
  return { questions, corpus: beside ?? null };
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * Reads JSON lines.
 *
 * @throws FrontdeskError `usage` naming the first line that is not of the expected form
 */
export function readLines<Value>(file: string, schema: z.ZodType<Value>): readonly Value[] {
  const lines = readFileSync(file, "utf8")
    .replace(/^\ufeff/u, "")
    .split("\n");
  return lines.flatMap((line, at) => {
    if (line.trim() === "") return [];
    const parsed = schema.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
    throw new FrontdeskError(
      "usage",
      `${file}, line ${at + 1} is not of the expected form${where}.`,
    );
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Every second item: those with an even place are fitted on, the others reported. */
export function halves<Item>(items: readonly Item[]): readonly [readonly Item[], readonly Item[]] {
  return [items.filter((_, at) => at % 2 === 0), items.filter((_, at) => at % 2 === 1)];
}

/** At most so many, spread evenly over the list. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, at) => Math.floor((at * items.length) / most)).flatMap(
    (at) => items[at] ?? [],
  );
}
