/** Something that goes wrong with one request. `after`: it has its effect and only the answer is lost. */
export type Fault =
  | { readonly type: "status"; readonly status: number; readonly when: "before" | "after" }
  | { readonly type: "reset"; readonly when: "before" | "after" }
  | { readonly type: "slow"; readonly ms: number }
  /** Never answers; the caller has to give up by himself. */
  | { readonly type: "hang"; readonly when: "before" | "after" }
  | { readonly type: "error"; readonly status: number; readonly code: number }
  /** `user` unless said otherwise; `edge` comes from the servers in front of Discord, with no word about buckets. */
  | {
      readonly type: "ratelimited";
      /** In seconds. */
      readonly retryAfter: number;
      readonly scope?: "user" | "shared" | "global" | "edge";
    };

/** Faults to come, by the name of a route (`POST message`). */
export interface Faults {
  /** The next `times` requests meet this. */
  next(route: string, fault: Fault, times?: number): void;
  /** Every request meets this, until {@link clear}. */
  always(route: string, fault: Fault): void;
  clear(): void;
  take(route: string): Fault | null;
}

export function createFaults(): Faults {
  const queues = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  return {
    next(route, fault, times = 1) {
      const queue = queues.get(route) ?? [];
      queues.set(route, [...queue, ...Array.from({ length: times }, () => fault)]);
    },
    always: (route, fault) => standing.set(route, fault),
    clear() {
      queues.clear();
      standing.clear();
    },
    take: (route) => queues.get(route)?.shift() ?? standing.get(route) ?? null,
  };
}
