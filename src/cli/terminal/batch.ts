import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import {
  conversationId,
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
} from "../../core/index.ts";
import type { Application, Call, Speaker } from "../../ports/application.ts";
import type { Io } from "../io.ts";
import { askResult } from "./ask-result.ts";
import { type BatchId, type BatchLine, readBatchLine } from "./batch-line.ts";
import { readLines } from "./read-lines.ts";
import { openTurns } from "./turns.ts";
import { writeLines } from "./write.ts";

/** Conversations that are worked on at the same time. */
const CONCURRENCY = 4;
/** Lines read ahead of the first one that is not answered yet. */
const MAX_AHEAD = 64;

/** One line of output, and whether it went well. */
interface Outcome {
  readonly line: string;
  readonly isFailure: boolean;
}

type Item = Extract<BatchLine, { type: "item" }>;

function failure(id: BatchId, code: string, message: string): Outcome {
  return { line: JSON.stringify({ id: id ?? null, error: { code, message } }), isFailure: true };
}

async function openInput(file: string, io: Io): Promise<Readable> {
  if (file === "-") return io.stdin;
  const stream = createReadStream(file);
  try {
    await once(stream, "open");
    return stream;
  } catch (error) {
    throw new FrontdeskError("usage", `Cannot read the batch ${file}: ${errorMessage(error)}.`, {
      cause: error,
    });
  }
}

async function answer(
  app: Application,
  item: Item,
  speaker: Speaker,
  call: Call,
): Promise<Outcome> {
  const watching = new AbortController();
  const signal = AbortSignal.any([call.signal, watching.signal]);
  try {
    const id = conversationId(item.conversation ?? `console:batch-${randomUUID()}`);
    const turns = await openTurns(app, { conversationId: id, speaker }, { signal });
    const result = await askResult(app, await turns.ask(item.text, item.history), call);
    return {
      line: JSON.stringify(item.id === undefined ? result : { id: item.id, ...result }),
      isFailure: false,
    };
  } catch (error) {
    if (call.signal.aborted || !isFrontdeskError(error)) throw error;
    return failure(item.id, error.code, error.message);
  } finally {
    watching.abort();
  }
}

/** Runs work with a bound on how much of it runs at once, and in order within one lane. */
class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #free = CONCURRENCY;

  run<Result>(lane: string | null, work: () => Promise<Result>): Promise<Result> {
    const before = lane === null ? undefined : this.#tails.get(lane);
    const result = this.#after(before, work);
    if (lane !== null) {
      const tail = result
        .catch(() => {})
        .then(() => {
          if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
        });
      this.#tails.set(lane, tail);
    }
    return result;
  }

  async #after<Result>(
    before: Promise<unknown> | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    await before;
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

function speakerOf(item: Item, speaker: Speaker): Speaker {
  return item.user === null ? speaker : { ...speaker, userId: item.user, displayName: item.user };
}

/** Writes outcomes in the order in which they were added, each as soon as it and all before it are there. */
class OrderedOutput {
  readonly #write: (line: string) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #ahead: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  hasFailures = false;

  constructor(write: (line: string) => Promise<void>, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** Resolves when there is room for more. */
  async add(outcome: Promise<Outcome>): Promise<void> {
    this.#last = Promise.all([outcome, this.#last]).then(([{ line, isFailure }]) => {
      if (isFailure) this.hasFailures = true;
      return this.#write(line);
    });
    this.#last.catch(this.#onError);
    this.#ahead.push(this.#last);
    if (this.#ahead.length >= MAX_AHEAD) await this.#ahead.shift();
  }

  /** Resolves when everything is written; rejects with the first error. */
  finish(): Promise<void> {
    return this.#last;
  }
}

/**
 * Answers JSON lines with JSON lines, one each and in the same order. Lines of one conversation are asked one after
 * the other, different conversations at the same time; the file is read as it is needed.
 * @returns 0, or 1 when a line could not be read or answered (its place holds `{id, error: {code, message}}`)
 * @throws FrontdeskError `usage` when the file cannot be read
 */
export async function runBatch(
  app: Application,
  options: { readonly file: string; readonly speaker: Speaker },
  io: Io,
  call: Call,
): Promise<number> {
  const input = await openInput(options.file, io);
  const stopping = new AbortController();
  const signal = AbortSignal.any([call.signal, stopping.signal]);
  const lanes = new Lanes();
  const output = new OrderedOutput(
    (line) => writeLines(io.stdout, [line], call),
    (error) => stopping.abort(error),
  );
  const outcomeOf = (line: BatchLine): Promise<Outcome> => {
    if (line.type === "bad") return Promise.resolve(failure(line.id, "usage", line.problem));
    const speaker = speakerOf(line, options.speaker);
    return lanes.run(line.conversation, () => answer(app, line, speaker, { signal }));
  };
  try {
    let number = 0;
    for await (const text of readLines(input, { signal })) {
      number += 1;
      if (text.trim() === "") continue;
      await output.add(outcomeOf(readBatchLine(text.replace(/^\ufeff/u, ""), number)));
    }
    await output.finish();
    return output.hasFailures ? 1 : 0;
  } finally {
    stopping.abort();
    if (input !== io.stdin) input.destroy();
  }
}
