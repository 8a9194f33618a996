import { randomUUID } from "node:crypto";
import { renderReply } from "../../adapters/console/index.ts";
import { conversationId, isFrontdeskError } from "../core/index.ts";
import type { Application, Speaker } from "../ports/application.ts";
import type { Io } from "./io.ts";
import { reportModelTrouble } from "./model-trouble.ts";
import { askResult } from "./terminal/ask-result.ts";
import { runBatch } from "./terminal/batch.ts";
import { chatTextsFor } from "./terminal/chat-texts.ts";
import { layoutOf } from "./terminal/layout.ts";
import { openTurns } from "./terminal/turns.ts";
import { writeLines } from "./terminal/write.ts";

/** Options of `frontdesk ask`; either `text` or `batch` is set. */
export interface AskOptions {
  readonly text: string | null;
  /** A file of JSON lines, or `-` for standard input. */
  readonly batch: string | null;
  /** Null begins a new conversation. */
  readonly conversation: string | null;
  readonly speaker: Speaker;
  readonly json: boolean;
}

/** Exit code of a command that was interrupted, as shells expect it (128 + SIGINT). */
const INTERRUPTED = 130;

async function askOnce(
  app: Application,
  options: AskOptions,
  io: Io,
  call: { readonly signal: AbortSignal },
): Promise<number> {
  const id = conversationId(options.conversation ?? `console:ask-${randomUUID()}`);
  const watching = new AbortController();
  const signal = AbortSignal.any([call.signal, watching.signal]);
  try {
    const turns = await openTurns(
      app,
      { conversationId: id, speaker: options.speaker },
      { signal },
    );
    const turn = await turns.ask(options.text ?? "");
    if (options.json) {
      await writeLines(io.stdout, [JSON.stringify(await askResult(app, turn, call))], call);
      return 0;
    }
    if (turn.outcome.type === "replied") {
      const layout = layoutOf(io, { isVerbose: false });
      await writeLines(io.stdout, renderReply(turn.outcome.reply, layout), call);
      return 0;
    }
    const texts = chatTextsFor(turn.sent.text);
    await writeLines(io.stderr, [texts.settled[turn.outcome.outcome]], call);
    return 0;
  } finally {
    watching.abort();
  }
}

/**
 * One turn, or many from a file. Exit code 0 whatever was decided, 1 when a line of a batch failed, 130 when interrupted.
 * @throws FrontdeskError `message_empty`, `message_too_long`, `store_unavailable`, …; `usage` when the file cannot be read
 */
export async function runAsk(
  app: Application,
  options: AskOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  try {
    const code =
      options.batch === null
        ? await askOnce(app, options, io, { signal })
        : await runBatch(app, { file: options.batch, speaker: options.speaker }, io, { signal });
    await reportModelTrouble(app, io, { signal });
    return code;
  } catch (error) {
    if (signal.aborted && !isFrontdeskError(signal.reason)) return INTERRUPTED;
    throw error;
  }
}
