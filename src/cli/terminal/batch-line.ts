import { z } from "zod";
import type { HistoryLine } from "../../ports/application.ts";

const idSchema = z.union([z.string(), z.number()]);

const lineSchema = z.object({
  id: idSchema.optional(),
  conversation: z.string().min(1).max(512).optional(),
  user: z.string().min(1).max(200).optional(),
  text: z.string(),
  history: z
    .array(z.object({ role: z.enum(["user", "bot"]), text: z.string() }))
    .max(200)
    .default([]),
});

/** Whatever names a line in the output. */
export type BatchId = string | number | undefined;

/** One line of a batch, read or refused. */
export type BatchLine =
  | {
      readonly type: "item";
      readonly id: BatchId;
      readonly conversation: string | null;
      readonly user: string | null;
      readonly text: string;
      readonly history: readonly HistoryLine[];
    }
  | { readonly type: "bad"; readonly id: BatchId; readonly problem: string };

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Reads one line of a batch; a wrong one says what is wrong and keeps its id when that can be read. */
export function readBatchLine(text: string, lineNumber: number): BatchLine {
  const json = parseJson(text);
  if (json === null) {
    return { type: "bad", id: undefined, problem: `Line ${lineNumber} is not JSON.` };
  }
  const line = lineSchema.safeParse(json.value);
  if (line.success) {
    const { id, conversation, user, text: words, history } = line.data;
    return {
      type: "item",
      id,
      conversation: conversation ?? null,
      user: user ?? null,
      text: words,
      history,
    };
  }
  const named = z.object({ id: idSchema }).safeParse(json.value);
  const problems = line.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return {
    type: "bad",
    id: named.success ? named.data.id : undefined,
    problem: `Line ${lineNumber} is not valid: ${problems.join("; ")}.`,
  };
}
