/** What a queue must know of who waits. */
export interface QueueTicket {
  /** At most one request of a conversation is answered at a time. */
  readonly conversationKey: string;
  readonly userKey: string;
  readonly priority: "interactive" | "background";
}

/** Who is served next. */
export interface FairQueue<T extends QueueTicket> {
  push(ticket: T): void;
  /** Somebody was served without having to wait: his next request comes after those of others. */
  servedAtOnce(ticket: QueueTicket): void;
  /** False when it was not there any more. */
  remove(ticket: T): boolean;
  /** Takes out the next one whose conversation is not in `busy`; null when there is none. */
  next(busy: ReadonlySet<string>): T | null;
  /** All who wait, in the order in which they would be served. */
  inOrder(): readonly T[];
  size(): number;
}

/** So many people are remembered as served; whoever was served before all of them counts as new. */
const REMEMBERED = 1_024;
/** Whoever comes stands before the one who was served last, and behind all who have waited since before that. */
const HALF_A_TURN = 0.5;

interface Waiting<T extends QueueTicket> {
  readonly ticket: T;
  /** The turn at which it came: without it, newcomers would overtake whoever was served once, for ever. */
  readonly since: number;
}

/**
 * Interactive before background; within a class one request of each person in turn, so that ten questions of one do not
 * keep others waiting; the requests of one person in the order in which they came.
 */
export function createFairQueue<T extends QueueTicket>(): FairQueue<T> {
  const waiting: Waiting<T>[] = [];
  /** When each person was served last, as a running number. */
  const served = new Map<string, number>();
  let turns = 0;

  const pick = (
    candidates: readonly Waiting<T>[],
    lastServed: ReadonlyMap<string, number>,
    busy: ReadonlySet<string>,
  ): Waiting<T> | null => {
    let best: Waiting<T> | null = null;
    for (const candidate of candidates) {
      if (busy.has(candidate.ticket.conversationKey)) continue;
      if (best === null || isBefore(candidate, best, lastServed)) best = candidate;
    }
    return best;
  };

  const serve = (ticket: QueueTicket): void => {
    turns += 1;
    served.delete(ticket.userKey);
    served.set(ticket.userKey, turns);
    const oldest = served.keys().next();
    if (served.size > REMEMBERED && oldest.done !== true) served.delete(oldest.value);
  };

  return {
    push: (ticket) => {
      waiting.push({ ticket, since: turns - HALF_A_TURN });
    },
    servedAtOnce: serve,
    remove: (ticket) => take(waiting, ticket),
    next: (busy) => {
      const best = pick(waiting, served, busy);
      if (best === null) return null;
      take(waiting, best.ticket);
      serve(best.ticket);
      return best.ticket;
    },
    inOrder: () => {
      const left = [...waiting];
      const lastServed = new Map(served);
      const order: T[] = [];
      for (let turn = turns + 1; left.length > 0; turn += 1) {
        const best = pick(left, lastServed, new Set());
        if (best === null) break;
        const { ticket } = best;
        take(left, ticket);
        lastServed.set(ticket.userKey, turn);
        order.push(ticket);
      }
      return order;
    },
    size: () => waiting.length,
  };
}

/** Ties go to whoever came first, which is the order of the list. */
function isBefore<T extends QueueTicket>(
  a: Waiting<T>,
  b: Waiting<T>,
  lastServed: ReadonlyMap<string, number>,
): boolean {
  if (a.ticket.priority !== b.ticket.priority) return a.ticket.priority === "interactive";
  return turnOf(a, lastServed) < turnOf(b, lastServed);
}

function turnOf<T extends QueueTicket>(
  { ticket, since }: Waiting<T>,
  lastServed: ReadonlyMap<string, number>,
): number {
  return Math.max(since, lastServed.get(ticket.userKey) ?? since);
}

function take<T extends QueueTicket>(list: Waiting<T>[], ticket: T): boolean {
  const index = list.findIndex((waiting) => waiting.ticket === ticket);
  if (index === -1) return false;
  list.splice(index, 1);
  return true;
}
