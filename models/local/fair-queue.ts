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

/**
 * Interactive before background; within a class one request of each person in turn, so that ten questions of one do not
 * keep others waiting; the requests of one person in the order in which they came.
 */
export function createFairQueue<T extends QueueTicket>(): FairQueue<T> {
  const waiting: T[] = [];
  /** When each person was served last, as a running number. */
  const served = new Map<string, number>();
  let turns = 0;

  const pick = (
    candidates: readonly T[],
    lastServed: ReadonlyMap<string, number>,
    busy: ReadonlySet<string>,
  ): T | null => {
    let best: T | null = null;
    for (const ticket of candidates) {
      if (busy.has(ticket.conversationKey)) continue;
      if (best === null || isBefore(ticket, best, lastServed)) best = ticket;
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
      waiting.push(ticket);
    },
    servedAtOnce: serve,
    remove: (ticket) => take(waiting, ticket),
    next: (busy) => {
      const ticket = pick(waiting, served, busy);
      if (ticket === null) return null;
      take(waiting, ticket);
      serve(ticket);
      return ticket;
    },
    inOrder: () => {
      const left = [...waiting];
      const lastServed = new Map(served);
      const order: T[] = [];
      for (let turn = turns + 1; left.length > 0; turn += 1) {
        const ticket = pick(left, lastServed, new Set());
        if (ticket === null) break;
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
  a: T,
  b: T,
  lastServed: ReadonlyMap<string, number>,
): boolean {
  if (a.priority !== b.priority) return a.priority === "interactive";
  return (lastServed.get(a.userKey) ?? 0) < (lastServed.get(b.userKey) ?? 0);
}

function take<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index === -1) return false;
  list.splice(index, 1);
  return true;
}
