import type { Readable, Writable } from "node:stream";

/** What a command sees of the terminal, so that it can be tried without one. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Both ends are a terminal: prompts, spinners and colours make sense. */
  readonly isTTY: boolean;
  /** Width in characters; 80 when unknown. */
  readonly columns: () => number;
  readonly hasColour: boolean;
}

/** The terminal of this process. Honours NO_COLOR (https://no-color.org). */
export function processIo(env: Readonly<Record<string, string | undefined>>): Io {
  const isTTY = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const noColour = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY,
    // A terminal that does not know its size says 0.
    columns: () => process.stdout.columns || 80,
    hasColour: process.stdout.isTTY === true && !noColour,
  };
}

/** Writes one line. */
export function writeLine(stream: Writable, line = ""): void {
  stream.write(`${line}\n`);
}
