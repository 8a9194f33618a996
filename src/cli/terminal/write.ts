import { once } from "node:events";
import type { Writable } from "node:stream";

/** Writes lines and waits when the reader is slower. */
export async function writeLines(
  stream: Writable,
  lines: readonly string[],
  call: { readonly signal: AbortSignal },
): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  if (text === "" || stream.write(text)) return;
  await once(stream, "drain", { signal: call.signal });
}
