import { PassThrough } from "node:stream";
import type { Io } from "../../src/cli/io.ts";

/** Pipes instead of a terminal, and what came out of them. */
export interface FakePipes {
  readonly io: Io;
  readonly stdin: PassThrough;
  stdout(): string;
  stderr(): string;
  /** The lines of standard output, without the last empty one. */
  lines(): readonly string[];
}

function collect(stream: PassThrough): () => string {
  const parts: string[] = [];
  stream.on("data", (part: Buffer) => parts.push(part.toString("utf8")));
  return () => parts.join("");
}

/** A command's surroundings without a terminal. `input` is all of standard input; without it the test writes itself. */
export function fakePipes(input?: string): FakePipes {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out = collect(stdout);
  const err = collect(stderr);
  if (input !== undefined) stdin.end(input);
  return {
    io: { stdin, stdout, stderr, isTTY: false, columns: () => 80, hasColour: false },
    stdin,
    stdout: out,
    stderr: err,
    lines: () => out().replace(/\n$/u, "").split("\n"),
  };
}
