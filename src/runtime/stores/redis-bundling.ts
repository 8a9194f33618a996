import type { Writable } from "node:stream";

/**
 * Lets the commands that are sent in one go leave in one write to the socket: the library writes each by itself, and that
 * system call costs as much as all the rest of sending. Call what this returns before a command is sent. What is held goes
 * out as soon as the code that runs now, and the promises that it settles, have had their turn, so nothing is waited for.
 * @param streamOf where commands go at the moment; null while there is nowhere, or where they go to many sockets
 */
export function createBundling(streamOf: () => Writable | null): () => void {
  let held: Writable | null = null;
  return () => {
    const stream = streamOf();
    if (stream === null || stream === held) return;
    held = stream;
    stream.cork();
    process.nextTick(() => {
      if (held === stream) held = null;
      stream.uncork();
    });
  };
}
