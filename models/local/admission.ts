import { FrontdeskError } from "../../src/core/index.ts";
import type { Timers } from "../engine/timers.ts";
import type { AskedWork } from "./answer-pace.ts";
import { expectedStarts, type RunningWork } from "./expected-start.ts";
import { createFairQueue, type QueueTicket } from "./fair-queue.ts";

export interface AdmissionOptions {
  /** How many requests are answered at a time. */
  readonly slots: number;
  /** How many may wait. */
  readonly maxQueued: number;
  /** Whoever would have to wait longer is refused at once; whoever has waited so long, then. Null: no limit. */
  readonly maxWaitMs: number | null;
  readonly timers: Timers;
  /** How long an answer will take; null when nobody knows. */
  expectMs(work: AskedWork): number | null;
}

/** Someone's wish to be answered. */
interface AdmissionRequest extends QueueTicket, AskedWork {
  readonly signal: AbortSignal;
  /** Told when it has to wait, and from time to time how it stands; 1 is next, `of` so many that wait. */
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
   * @throws FrontdeskError `model_busy` (retryable) when too many wait already, or it would take or took too long
   */
  enter(request: AdmissionRequest): Promise<AdmissionLease>;
  /** How many wait. */
  depth(): number;
  /** From now on so many are answered at a time. */
  resize(slots: number): void;
}

/** How often whoever waits is told how long it will still take. */
const TELL_EVERY_MS = 5_000;

interface Waiting extends AdmissionRequest {
  place: number;
  /** As it was told. */
  seconds: number | null;
  admit(): void;
}

interface Line {
  readonly waiting: Waiting;
  readonly etaMs: number | null;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { timers, maxWaitMs } = options;
  const queue = createFairQueue<Waiting>();
  const running = new Map<string, RunningWork>();
  let slots = options.slots;
  let cancelTelling = (): void => {};

  const grant = (request: AdmissionRequest): AdmissionLease => {
    const { conversationKey } = request;
    running.set(conversationKey, {
      startedAt: timers.now(),
      expectMs: options.expectMs(request),
    });
    return {
      release: () => {
        running.delete(conversationKey);
        admitNext();
      },
    };
  };

  const admitNext = (): void => {
    if (running.size >= slots) return;
    const next = queue.next(new Set(running.keys()));
    if (next === null) return;
    next.admit();
    tellPlaces();
  };

  const line = (): readonly Line[] => {
    const order = queue.inOrder();
    const starts = expectedStarts([...running.values()], order.map(options.expectMs), {
      slots,
      now: timers.now(),
    });
    return order.map((waiting, index) => ({ waiting, etaMs: starts[index] ?? null }));
  };

  const tellPlaces = (): void => {
    const all = line();
    for (const [index, { waiting, etaMs }] of all.entries()) {
      const place = index + 1;
      const inSeconds = etaMs === null ? null : Math.ceil(etaMs / 1000);
      if (waiting.place === place && waiting.seconds === inSeconds) continue;
      waiting.place = place;
      waiting.seconds = inSeconds;
      waiting.onQueued(place, etaMs, all.length);
    }
    tellAgain();
  };

  const tellAgain = (): void => {
    cancelTelling();
    cancelTelling = queue.size() === 0 ? () => {} : timers.after(TELL_EVERY_MS, tellPlaces);
  };

  const assertSoon = (newcomer: Waiting): void => {
    const etaMs = line().find(({ waiting }) => waiting === newcomer)?.etaMs ?? null;
    if (maxWaitMs === null || etaMs === null || etaMs <= maxWaitMs) return;
    queue.remove(newcomer);
    throw tooLong(`would take about ${seconds(etaMs)}`, maxWaitMs);
  };

  const wait = (request: AdmissionRequest): Promise<AdmissionLease> =>
    new Promise<AdmissionLease>((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        settle();
        if (queue.remove(waiting)) tellPlaces();
        const refuse: (reason: unknown) => void = reject;
        refuse(reason);
      };
      const onAbort = (): void => giveUp(request.signal.reason);
      const cancelTimer =
        maxWaitMs === null
          ? () => {}
          : timers.after(maxWaitMs, () => giveUp(tooLong("took too long", maxWaitMs)));
      const settle = (): void => {
        cancelTimer();
        request.signal.removeEventListener("abort", onAbort);
      };
      const waiting: Waiting = {
        ...request,
        place: 0,
        seconds: null,
        admit: () => {
          settle();
          resolve(grant(request));
        },
      };
      request.signal.addEventListener("abort", onAbort, { once: true });
      queue.push(waiting);
      try {
        assertSoon(waiting);
        tellPlaces();
      } catch (error) {
        giveUp(error);
      }
    });

  return {
    enter: async (request) => {
      request.signal.throwIfAborted();
      if (running.size < slots && !running.has(request.conversationKey)) {
        queue.servedAtOnce(request);
        return grant(request);
      }
      if (queue.size() >= options.maxQueued) throw tooMany(queue.size());
      return await wait(request);
    },
    depth: () => queue.size(),
    resize: (wanted) => {
      slots = wanted;
      for (let free = slots - running.size; free > 0; free -= 1) admitNext();
    },
  };
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

const ADVICE =
  "Try again later; if this is usual, raise the number of parallel conversations or use a model server.";

function tooMany(waiting: number): FrontdeskError {
  const message = `${waiting} requests wait for the model already. ${ADVICE}`;
  return new FrontdeskError("model_busy", message, { retryable: true });
}

function tooLong(what: string, maxWaitMs: number): FrontdeskError {
  const message = `The wait for the model ${what}; at most ${seconds(maxWaitMs)} are allowed (models.maxWaitSeconds). ${ADVICE}`;
  return new FrontdeskError("model_busy", message, { retryable: true });
}
