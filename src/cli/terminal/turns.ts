import {
  type ConversationId,
  FrontdeskError,
  type MessageId,
  type Reply,
} from "../../core/index.ts";
import type { Application, Call, HistoryLine, Speaker } from "../../ports/application.ts";
import type { ConversationEvent, LoggedMessage } from "../../ports/message-log.ts";
import { untilAborted, withResolvers } from "./abort.ts";

/** How a message was dealt with: every one of them ends in one of these. */
type TurnOutcome =
  | { readonly type: "replied"; readonly message: LoggedMessage; readonly reply: Reply }
  | { readonly type: "settled"; readonly outcome: "forwarded" | "ignored" };

/** What one message came to. */
export interface FinishedTurn {
  readonly sent: LoggedMessage;
  readonly outcome: TurnOutcome;
  /** From the call until the outcome was seen. */
  readonly elapsedMs: number;
}

/** One conversation, asked turn by turn. */
export interface Turns {
  /**
   * Sends a message and waits for what becomes of it. A reply to a later message counts too: the dialogue answers a
   * burst once. Rejects with `signal.reason` when aborted, with `conversation_deleted` when somebody deleted it meanwhile.
   */
  ask(text: string, history?: readonly HistoryLine[]): Promise<FinishedTurn>;
}

interface Waiting {
  readonly sent: LoggedMessage;
  readonly resolve: (outcome: TurnOutcome) => void;
  readonly reject: (error: FrontdeskError) => void;
}

interface Seen {
  readonly to: MessageId;
  readonly outcome: TurnOutcome;
}

function seenIn(event: ConversationEvent): Seen | null {
  if (event.type === "settled") {
    return { to: event.messageId, outcome: { type: "settled", outcome: event.outcome } };
  }
  if (event.type !== "message") return null;
  const { message } = event;
  if (message.reply === null || message.replyTo === null) return null;
  return { to: message.replyTo, outcome: { type: "replied", message, reply: message.reply } };
}

function deleted(): FrontdeskError {
  return new FrontdeskError(
    "conversation_deleted",
    "The conversation was deleted while its answer was awaited; ask again to begin a new one.",
  );
}

/** Tells which outcomes belong to which messages. */
class Correlation {
  readonly #seqs = new Map<MessageId, number>();
  readonly #waiting = new Set<Waiting>();
  /** Outcomes seen while a `send` was on its way: its answer may come before its receipt. */
  readonly #early: Seen[] = [];
  #sending = 0;

  see(event: ConversationEvent): void {
    if (event.type === "message" && event.message.author === "user") {
      this.#seqs.set(event.message.id, event.message.seq);
      return;
    }
    if (event.type === "erased") {
      for (const { reject } of this.#waiting) reject(deleted());
      this.#waiting.clear();
      return;
    }
    const seen = seenIn(event);
    if (seen === null) return;
    if (this.#sending > 0) this.#early.push(seen);
    for (const waiting of [...this.#waiting]) this.#settle(waiting, seen);
  }

  async send(
    send: () => Promise<LoggedMessage>,
  ): Promise<Waiting & { done: Promise<TurnOutcome> }> {
    this.#sending += 1;
    try {
      const sent = await send();
      this.#seqs.set(sent.id, sent.seq);
      const { promise: done, resolve, reject } = withResolvers<TurnOutcome>();
      const waiting = { sent, resolve, reject, done };
      this.#waiting.add(waiting);
      for (const seen of [...this.#early]) this.#settle(waiting, seen);
      return waiting;
    } finally {
      this.#sending -= 1;
      if (this.#sending === 0) this.#early.length = 0;
    }
  }

  #settle(waiting: Waiting, seen: Seen): void {
    const isOwn = seen.to === waiting.sent.id;
    const isLater = (this.#seqs.get(seen.to) ?? -1) > waiting.sent.seq;
    if (!this.#waiting.has(waiting) || !(isOwn || isLater)) return;
    this.#waiting.delete(waiting);
    waiting.resolve(seen.outcome);
  }
}

/** Follows a conversation, and with it the fate of every message that is asked here. */
export async function openTurns(
  app: Application,
  options: { readonly conversationId: ConversationId; readonly speaker: Speaker },
  call: Call,
): Promise<Turns> {
  const correlation = new Correlation();
  await app.watch(options.conversationId, (event) => correlation.see(event), call);
  return {
    async ask(text, history = []) {
      const startedAt = performance.now();
      const waiting = await correlation.send(() =>
        app.send({ ...options, text, history, gatherMs: 0 }, call),
      );
      const outcome = await untilAborted(waiting.done, call.signal);
      return { sent: waiting.sent, outcome, elapsedMs: performance.now() - startedAt };
    },
  };
}
