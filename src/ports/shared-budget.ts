/** How much may happen in which time. */
export interface BudgetLimit {
  /** At most so many points in a window. */
  readonly points: number;
  /** Length of a window that begins with the first point taken in it, at most 20 days. */
  readonly windowMs: number;
}

/** What became of a wish to take from a budget. */
export interface BudgetAnswer {
  /** 0 when the points were taken; else nothing was, and it is worth asking again after this time. */
  readonly waitMs: number;
  /** True for the first refusal of a window only, whoever asked, so that a person is told once. */
  readonly isFirstRefusal: boolean;
}

/**
 * Budgets that all processes of one installation share: a platform's rate limits, a person's questions per minute.
 * Without Redis there is one process, and the counting is done in it. One contract suite over every implementation.
 */
export interface SharedBudget {
  /**
   * Takes points from the bucket of this name, or says how long to wait. A store that is away or slow never keeps anybody
   * waiting and is no error: the process then counts by itself. Never rejects.
   * @param points default 1; 0 takes nothing and is refused only while the bucket is blocked
   */
  take(bucket: string, limit: BudgetLimit, points?: number): Promise<BudgetAnswer>;
  /**
   * Nothing can be taken from the bucket for this time, whatever the limit: the platform said so (Retry-After). A shorter
   * block never ends a longer one. Afterwards a new window begins. Never rejects.
   */
  block(bucket: string, durationMs: number): Promise<void>;
  close(): Promise<void>;
}
