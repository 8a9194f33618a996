import type { EffectKey, ErrorCode, InstanceAddress } from "../core/index.ts";

/** An effect (a reply, a line for the desk) that could not be delivered and is kept for an operator. */
export interface DeadLetter {
  readonly instance: InstanceAddress;
  readonly key: EffectKey;
  /** The machine's action type, e.g. `reply.post`. */
  readonly type: string;
  readonly code: ErrorCode;
  readonly attempts: number;
  /** Milliseconds since the epoch by the store's clock, when it was given up. */
  readonly at: number;
}

/** Looking after what could not be delivered. Acts are appended to the mailbox of the instance and done by its worker. */
export interface DeadLetters {
  /** Newest instances first, in each one oldest letters first. */
  list(query: { readonly limit: number }): Promise<readonly DeadLetter[]>;
  /** Puts it back at the end of the outbox; false when there is no such letter. */
  retry(letter: { readonly instance: InstanceAddress; readonly key: EffectKey }): Promise<boolean>;
  /** Forgets it; false when there is no such letter. */
  drop(letter: { readonly instance: InstanceAddress; readonly key: EffectKey }): Promise<boolean>;
}
