import { conversationId, isFrontdeskError } from "../core/index.ts";
import type { Application, Speaker } from "../ports/application.ts";
import type { Io } from "./io.ts";
import { chatByLines } from "./terminal/chat-lines.ts";
import { chatAtTerminal } from "./terminal/chat-terminal.ts";

/** Options of `frontdesk chat`. */
export interface ChatOptions {
  /** Null goes on with the person's own conversation, `console:<user>`. */
  readonly conversation: string | null;
  readonly speaker: Speaker;
  /** Show confidence and times. */
  readonly verbose: boolean;
  /** One JSON object for each turn; reads lines also at a terminal. */
  readonly json: boolean;
}

/** Exit code of a command that was interrupted, as shells expect it (128 + SIGINT). */
const INTERRUPTED = 130;

/**
 * A conversation: at a terminal with everything that belongs to it, else line by line.
 * @returns 0; 1 when a message of the input was refused or the owner process went away; 130 when interrupted
 */
export async function runChat(
  app: Application,
  options: ChatOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const chat = {
    app,
    conversationId: conversationId(options.conversation ?? `console:${options.speaker.userId}`),
    speaker: options.speaker,
    isVerbose: options.verbose,
    io,
  };
  if (io.isTTY && !options.json) return chatAtTerminal({ ...chat, call: { signal } });
  const watching = new AbortController();
  const call = { signal: AbortSignal.any([signal, watching.signal]) };
  try {
    return await chatByLines({ ...chat, call }, { json: options.json });
  } catch (error) {
    if (signal.aborted && !isFrontdeskError(signal.reason)) return INTERRUPTED;
    throw error;
  } finally {
    watching.abort();
  }
}
