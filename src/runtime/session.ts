import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { errorMessage, isFrontdeskError } from "../core/index.ts";
import type { Claim, Commit, Renewal, StoredEvent } from "../ports/conversation-store.ts";
import type { Logger } from "../ports/logger.ts";
import { actOnLetters } from "./dead-letters.ts";
import type { EngineParts } from "./engine-options.ts";
import { encodeSnapshot, loadSnapshot } from "./load.ts";
import type { Reducer, StepEvent } from "./reduce.ts";
import type { Persisted } from "./snapshot.ts";

/** One leased instance in memory: its state, what of it is committed, and how far its mailbox was read. */
export interface Session {
  readonly reducer: Reducer;
  state(): Persisted;
  /** As the store has it; null before the first commit of a new instance. */
  committed(): Persisted | null;
  /** Changes what belongs to the runtime, not to the machine. */
  update(change: (state: Persisted) => Persisted): void;
  /** Reduces one event; a machine that throws goes to its fallback. */
  step(event: StepEvent): void;
  /** Reduces the events that were not seen before. */
  take(inbox: readonly StoredEvent[]): void;
  /** Reduces timers that are due by now, whether or not the store has noticed. */
  ring(): void;
  /** The store's clock, as far as it is known here. */
  now(): number;
  adjustClock(renewal: Renewal): void;
  isDirty(): boolean;
  /** Whether so much is read and not committed that the mailbox shows nothing new. */
  isCrowded(): boolean;
  commitMs(): number;
  /** Writes the state; with `release` the lease is given back. @throws FrontdeskError `lease_lost` */
  commit(release: Release | null, signal: AbortSignal): Promise<void>;
}

/** What is decided when an instance is put down. */
export interface Release {
  /** When to come back even if nothing happens, e.g. for an effect that must wait; null when only timers matter. */
  readonly wakeAt: number | null;
  readonly idleTtlMs: number | null;
}

const storedEvent = z.looseObject({ type: z.string() });
const timerEvent = z.object({ type: z.literal("timer.due"), id: z.string(), token: z.string() });

/** Name of the timer with which the runtime itself asks to be woken. */
const WAKE_TIMER = "runtime.wake";
const COMMIT_RETRY_MS = 100;
const CROWDED = 48;

/**
 * Opens a claimed instance.
 * @throws FrontdeskError `snapshot_unreadable` when it was written by a newer version
 */
export function openSession(
  claim: Claim,
  reducer: Reducer,
  parts: EngineParts,
  logger: Logger,
): Session {
  const { clock, store, observer } = parts;
  const { instance } = claim.lease;
  const kind = reducer.kind.kind;
  let offsetMs = claim.now - clock.now();
  let state = open();
  let committed: Persisted | null = claim.snapshot === null ? null : state;
  let seenThrough = 0;
  let consumedThrough = 0;
  let commitMs = state.turn?.commitMs ?? 0;

  function now(): number {
    return clock.now() + offsetMs;
  }

  function open(): Persisted {
    if (claim.snapshot === null) return reducer.init(instance.id, claim.now);
    const loaded = loadSnapshot(reducer, instance.id, claim.snapshot, claim.now);
    if (loaded.fallbackReason !== null) {
      logger.error(
        { reason: loaded.fallbackReason },
        "a snapshot is unreadable; a person takes over",
      );
      observer.fellBack({ kind });
    }
    return loaded.state;
  }

  const step = (event: StepEvent): void => {
    const before = state;
    try {
      state = reducer.step(before, event, now());
    } catch (error) {
      const reason = errorMessage(error);
      logger.error({ err: error, event: event.type }, "the machine failed; a person takes over");
      observer.fellBack({ kind });
      state = reducer.recover(instance.id, before, event, reason, now());
    }
    if (state === before) return;
    const type = event.type === "event" ? event.event.type : event.type;
    logger.debug({ rev: state.rev, event: type, state: state.value }, "stepped");
  };

  const takeOne = ({ event, at }: StoredEvent): void => {
    const timer = timerEvent.safeParse(event);
    if (timer.success) {
      step(timer.data);
      return;
    }
    const letters = actOnLetters(state, event);
    if (letters !== null) {
      state = letters;
      return;
    }
    const external = storedEvent.safeParse(event);
    if (!external.success) {
      logger.error({}, "an event without a type was dropped");
      return;
    }
    if (TURN_EVENTS.has(external.data.type)) beginTurn(external.data, at);
    step({ type: "event", event: external.data });
  };

  const beginTurn = (event: z.infer<typeof storedEvent>, at: number): void => {
    if (state.turn !== null) return;
    const receivedAt = typeof event["at"] === "number" ? event["at"] : at;
    commitMs = 0;
    state = { ...state, turn: { receivedAt, queueMs: Math.max(0, now() - at), commitMs: 0 } };
  };

  const ring = (): void => {
    for (;;) {
      const due = Object.entries(state.timers)
        .filter(([, { dueAt }]) => dueAt <= now())
        .toSorted(([, a], [, b]) => a.dueAt - b.dueAt);
      const [first] = due;
      if (first === undefined) return;
      step({ type: "timer.due", id: first[0], token: first[1].token });
    }
  };

  const commit = async (release: Release | null, signal: AbortSignal): Promise<void> => {
    const [written, through] = [state, seenThrough];
    const text = withTurn(written, commitMs);
    const request = commitOf(text, through, release, reducer.kind.version);
    const startedAt = performance.now();
    await retrying(() => store.commit(claim.lease, request), signal, logger);
    const durationMs = performance.now() - startedAt;
    commitMs += durationMs;
    observer.committed({ kind, durationMs });
    committed = written;
    consumedThrough = through;
  };

  return {
    reducer,
    state: () => state,
    committed: () => committed,
    update: (change) => {
      state = change(state);
    },
    step,
    take: (inbox) => {
      for (const stored of inbox) {
        if (stored.seq <= seenThrough) continue;
        seenThrough = stored.seq;
        takeOne(stored);
      }
    },
    ring,
    now,
    adjustClock: (renewal) => {
      offsetMs = renewal.now - clock.now();
    },
    isDirty: () => state !== committed || seenThrough > consumedThrough,
    isCrowded: () => seenThrough - consumedThrough >= CROWDED,
    commitMs: () => commitMs,
    commit,
  };
}

/** Events that begin a turn, from which its total time is counted. */
const TURN_EVENTS: ReadonlySet<string> = new Set(["message.received", "option.chosen"]);

function withTurn(state: Persisted, commitMs: number): Persisted {
  return state.turn === null ? state : { ...state, turn: { ...state.turn, commitMs } };
}

function commitOf(
  state: Persisted,
  seenThrough: number,
  release: Release | null,
  version: number,
): Commit {
  const timers = Object.entries(state.timers).map(([id, { token, dueAt }]) => ({
    id,
    token,
    dueAt,
  }));
  const wake =
    release?.wakeAt === null || release === null
      ? []
      : [{ id: WAKE_TIMER, token: String(state.rev), dueAt: release.wakeAt }];
  return {
    commitId: randomUUID(),
    consumedThrough: seenThrough === 0 ? null : seenThrough,
    snapshot: encodeSnapshot(state),
    version,
    timers: [...timers, ...wake],
    release: release !== null,
    idleTtlMs: release?.idleTtlMs ?? null,
    deadLetters: state.deadLetters.length,
  };
}

/** Repeats a commit that the store could not take; the same commit twice is the same as once. */
async function retrying(
  work: () => Promise<void>,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!isFrontdeskError(error) || !error.retryable) throw error;
      logger.warn({ err: error }, "a commit is tried again");
      await sleep(COMMIT_RETRY_MS, null, { signal });
    }
  }
}
