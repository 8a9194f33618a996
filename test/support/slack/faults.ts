/** Something that goes wrong with one call. `after`: the call has its effect and only the answer is lost. */
export type Fault =
  | { readonly type: "status"; readonly status: number; readonly when: "before" | "after" }
  | { readonly type: "reset"; readonly when: "before" | "after" }
  | { readonly type: "slow"; readonly ms: number }
  /** Never answers; the caller has to give up by himself. */
  | { readonly type: "hang"; readonly when: "before" | "after" }
  | { readonly type: "error"; readonly error: string }
  | { readonly type: "ratelimited"; readonly retryAfter: number };

/** Faults to come, by method. */
export interface Faults {
  /** The next `times` calls of a method meet this. */
  next(method: string, fault: Fault, times?: number): void;
  /** Every call meets this, until {@link clear}. */
  always(method: string, fault: Fault): void;
  clear(): void;
  take(method: string): Fault | null;
}

export function createFaults(): Faults {
  const queues = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  return {
    next(method, fault, times = 1) {
      const queue = queues.get(method) ?? [];
      queues.set(method, [...queue, ...Array.from({ length: times }, () => fault)]);
    },
    always: (method, fault) => standing.set(method, fault),
    clear() {
      queues.clear();
      standing.clear();
    },
    take: (method) => queues.get(method)?.shift() ?? standing.get(method) ?? null,
  };
}
