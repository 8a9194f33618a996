/**
 * Small things that must outlive a restart and that are shared by every process of one installation: how far a channel was
 * read, which threads were left, answers that can still be shared, settings made in chat. Losing one costs comfort, never a
 * reply. One contract suite runs over every implementation.
 * Errors of every call: FrontdeskError `store_unavailable` (retryable), `disk_full`.
 */
export interface KeyedMemory {
  /** Null when there is nothing under this name, or it is too old. What comes back is JSON of unknown shape: parse it. */
  get(name: string): Promise<unknown>;
  /** @param ttlMs forgotten after this time */
  set(name: string, value: unknown, ttlMs: number): Promise<void>;
  /**
   * Sets it unless there is something already; true for the one who did. So that one of several processes does a thing.
   * @param ttlMs forgotten after this time
   */
  claim(name: string, value: unknown, ttlMs: number): Promise<boolean>;
  delete(name: string): Promise<void>;
  /** Names that begin so, with their values; newest first. Meant for at most some hundreds. */
  list(
    prefix: string,
    limit: number,
  ): Promise<readonly { readonly name: string; readonly value: unknown }[]>;
  close(): Promise<void>;
}
