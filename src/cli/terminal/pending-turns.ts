import type { MessageId } from "../../core/index.ts";
import type { LoggedMessage } from "../../ports/message-log.ts";

/** Messages of this terminal that nothing has become of yet. */
export class PendingTurns {
  readonly #waiting = new Map<MessageId, number>();
  readonly #seqs = new Map<MessageId, number>();
  #early: MessageId[] = [];
  #sending = 0;

  /** Something is on its way or waits for its reply. */
  get isEmpty(): boolean {
    return this.#sending === 0 && this.#waiting.size === 0;
  }

  /** A message of anybody was seen; later ones settle earlier ones. */
  see(message: LoggedMessage): void {
    this.#seqs.set(message.id, message.seq);
  }

  /** A message is about to be sent. */
  begin(): void {
    this.#sending += 1;
  }

  /** It was taken in, or (null) refused. */
  sent(message: LoggedMessage | null): void {
    this.#sending -= 1;
    if (message !== null) {
      this.see(message);
      this.#waiting.set(message.id, message.seq);
    }
    const early = this.#early;
    if (this.#sending === 0) this.#early = [];
    for (const id of early) this.settle(id);
  }

  /** A reply to this message came, or it was settled without one: it and all before it are done with. */
  settle(id: MessageId): void {
    if (this.#sending > 0) this.#early.push(id);
    this.#waiting.delete(id);
    const seq = this.#seqs.get(id);
    if (seq === undefined) return;
    for (const [waiting, own] of this.#waiting) {
      if (own <= seq) this.#waiting.delete(waiting);
    }
  }

  /** Nothing is waited for any more. */
  clear(): void {
    this.#waiting.clear();
  }
}
