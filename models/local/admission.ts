import { FrontdeskError } from "../../src/core/index.ts";
import { createFairQueue, type QueueTicket } from "./fair-queue.ts";

/** A new service time weighs so much in the moving average. */
const EMA_WEIGHT = 0.2;

export interface AdmissionOptions {
  /** How many requests are answered at a time. */
  readonly slots: number;
  /** How many may wait. */
  readonly maxQueued: number;
  /** Milliseconds that only grow. */
  now(): number;
}

/** Someone's wish to be answered. */
interface AdmissionRequest extends QueueTicket {
  readonly signal: AbortSignal;
  /** Told when it has to wait, and whenever its place changes; 1 is next, `of` so many that wait. */
  onQueued(place: number, etaMs: number | null, of: number): void;
}

/** The right to be answered; to be given back exactly once. */
interface AdmissionLease {
  release(): void;
}

/** Lets a fixed number of requests through and has the others wait in a fair and bounded queue. */
export interface Admission {
  /**
   * Resolves when it is this request's turn; rejects with `signal.reason` when aborted before.
   * @throws FrontdeskError `model_busy` (retryable) when too many wait already
   */
  enter(request: AdmissionRequest): Promise<AdmissionLease>;
  /** How many wait. */
  depth(): number;
  /** From now on so many are answered at a time. */
  resize(slots: number): void;
}

interface Waiting extends AdmissionRequest {
  place: number;
  admit(): void;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const queue = createFairQueue<Waiting>();
  const busy = new Set<string>();
  let serviceMs: number | null = null;
  let slots = options.slots;

  const grant = (conversationKey: string): AdmissionLease => {
    busy.add(conversationKey);
    const startedAt = options.now();
    return {
      release: () => {
        busy.delete(conversationKey);
        const tookMs = options.now() - startedAt;
        serviceMs = serviceMs === null ? tookMs : serviceMs + EMA_WEIGHT * (tookMs - serviceMs);
        admitNext();
      },
    };
  };

  const admitNext = (): void => {
    if (busy.size >= slots) return;
    const next = queue.next(busy);
    if (next === null) return;
    next.admit();
    tellPlaces();
  };

  const tellPlaces = (): void => {
    const line = queue.inOrder();
    for (const [index, waiting] of line.entries()) {
      const place = index + 1;
      if (waiting.place === place) continue;
      waiting.place = place;
      const rounds = Math.ceil(place / slots);
      const etaMs = serviceMs === null ? null : Math.round(rounds * serviceMs);
      waiting.onQueued(place, etaMs, line.length);
    }
  };

  return {
    enter: async (request) => {
      request.signal.throwIfAborted();
      const { conversationKey } = request;
      if (busy.size < slots && !busy.has(conversationKey)) return grant(conversationKey);
      if (queue.size() >= options.maxQueued) throw tooMany(queue.size());
      return await new Promise<AdmissionLease>((resolve, reject) => {
        const refuse: (reason: unknown) => void = reject;
        const onAbort = (): void => {
          if (queue.remove(waiting)) tellPlaces();
          refuse(request.signal.reason);
        };
        const waiting: Waiting = {
          ...request,
          place: 0,
          admit: () => {
            request.signal.removeEventListener("abort", onAbort);
            resolve(grant(conversationKey));
          },
        };
        request.signal.addEventListener("abort", onAbort, { once: true });
        queue.push(waiting);
        tellPlaces();
      });
    },
    depth: () => queue.size(),
    resize: (wanted) => {
      slots = wanted;
      for (let free = slots - busy.size; free > 0; free -= 1) admitNext();
    },
  };
}

function tooMany(waiting: number): FrontdeskError {
  return new FrontdeskError(
    "model_busy",
    `${waiting} requests wait for the model already. Try again later; if this is usual, raise the number of parallel ` +
      "conversations or use a remote model.",
    { retryable: true },
  );
}
