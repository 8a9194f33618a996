import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { onAbort } from "./abort.ts";

/** The lines of a text as they come, whatever ends them. Rejects with `signal.reason` when aborted. */
export async function* readLines(
  input: Readable,
  { signal }: { readonly signal: AbortSignal },
): AsyncIterable<string> {
  signal.throwIfAborted();
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const stop = onAbort(signal, () => lines.close());
  try {
    for await (const line of lines) yield line;
    signal.throwIfAborted();
  } finally {
    stop();
    lines.close();
  }
}
