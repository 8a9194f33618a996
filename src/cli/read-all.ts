import type { Readable } from "node:stream";

/** Most that a question on standard input may hold; the product refuses far shorter ones with its own words. */
const MAX_CHARACTERS = 10_000_000;

/** Everything that comes, as text. */
export async function readAll(stream: Readable, signal: AbortSignal): Promise<string> {
  stream.setEncoding("utf8");
  let text = "";
  for await (const piece of stream) {
    signal.throwIfAborted();
    text += String(piece);
    if (text.length > MAX_CHARACTERS) break;
  }
  return text.trim();
}
