import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FrontdeskError, isFrontdeskError } from "../../core/index.ts";
import { type Io, writeLine } from "../io.ts";
import { evaluateConfidence } from "./confidence.ts";
import { evaluateDialogue } from "./dialogue.ts";
import { evaluateIntent } from "./intent.ts";
import { filesOf } from "./read-set.ts";
import type { EvalResult } from "./result.ts";
import { evaluateRewrite } from "./rewrite.ts";

const fieldsSchema = z.record(z.string(), z.unknown());

/** Fields of the lines of a file; empty when they are no JSON objects. */
function fieldsOf(file: string): ReadonlySet<string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [first, last] = [lines[0], lines.at(-1)];
  try {
    return new Set(
      [first, last].flatMap((line) => Object.keys(fieldsSchema.parse(JSON.parse(line ?? "")))),
    );
  } catch {
    return new Set();
  }
}

/** What a file of questions measures is told by what its lines say. */
async function evaluateFile(
  file: string,
  options: { readonly most: number },
  call: { readonly signal: AbortSignal },
): Promise<readonly EvalResult[]> {
  const fields = fieldsOf(file);
  const { corpus } = filesOf(file);
  if (fields.has("answerability") && corpus !== null) {
    return [await evaluateDialogue({ data: file, corpus }, call)];
  }
  if (fields.has("rewrite")) return [evaluateRewrite(file)];
  if (fields.has("escalate") || fields.has("intent")) return evaluateIntent(file);
  if (fields.has("answerable") && corpus !== null && holdsUnanswerable(file)) {
    return [await evaluateConfidence({ data: file, corpus, most: options.most }, call)];
  }
  return [];
}

/** Where everything is answered there is nothing that confidence could tell apart. */
function holdsUnanswerable(file: string): boolean {
  return readFileSync(file, "utf8")
    .split("\n")
    .some((line) => line !== "" && fieldsSchema.parse(JSON.parse(line))["answerable"] === false);
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new FrontdeskError("usage", `There is no folder ${folder}.`);
  }
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl") && !name.endsWith(".corpus.jsonl"))
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * Measures every file of questions under a folder by what its lines say; those that say nothing of the kind are left out,
 * and so is, with a line on standard error, what cannot be measured.
 *
 * @throws FrontdeskError `usage` when there is nothing to measure
 */
export async function evaluateAll(
  options: { readonly data: string; readonly most: number },
  call: { readonly signal: AbortSignal; readonly io: Pick<Io, "stderr"> },
): Promise<readonly EvalResult[]> {
  const results: EvalResult[] = [];
  for (const file of filesUnder(options.data)) {
    call.signal.throwIfAborted();
    try {
      const found = await evaluateFile(file, options, call);
      if (found.length > 0) writeLine(call.io.stderr, `measured ${file}`);
      results.push(...found);
    } catch (error) {
      if (!isFrontdeskError(error, "usage")) throw error;
      writeLine(call.io.stderr, `left out ${file}: ${error.message}`);
    }
  }
  if (results.length > 0) return results;
  throw new FrontdeskError(
    "usage",
    `Under ${options.data} no file of JSON lines says what is expected; see docs/evaluation.md.`,
  );
}
