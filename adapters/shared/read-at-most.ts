/**
 * Reads the body of a response, but not more than is allowed: what a server says of the size is not believed.
 * @returns null when there is more; the rest is not fetched
 */
export async function readAtMost(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Whether an answer with this status may be another one next time. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}
