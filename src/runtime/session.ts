import { z } from "zod";
import { errorMessage } from "../core/index.ts";
import type { Claim, Renewal, StoredEvent } from "../ports/conversation-store.ts";
import type { Logger } from "../ports/logger.ts";
import { commitOf, type Release, retryingCommit, withTurn } from "./commit.ts";
import { actOnLetters, isLetterAct } from "./dead-letters.ts";
import type { EngineParts } from "./engine-options.ts";
import { type Loaded, loadSnapshot } from "./load.ts";
import type { Reducer } from "./reduce.ts";
import type { ShownText } from "./shown-text.ts";
import type { Persisted } from "./snapshot.ts";
import type { StepEvent } from "./step-event.ts";

/** One leased instance in memory: its state, what of it is committed, and how far its mailbox was read. */
export interface Session {
  readonly reducer: Reducer;
  state(): Persisted;
  /** As the store has it; null when it was never committed in this form: a new, migrated or recovered instance. */
  committed(): Persisted | null;
  /** Changes what belongs to the runtime, not to the machine. */
  update(change: (state: Persisted) => Persisted): void;
  /** Reduces one event; a machine that throws goes to its fallback. */
  step(event: StepEvent): void;
  /** Reduces the events that were not seen before, up to one that is left to a newer version. */
  take(inbox: readonly StoredEvent[]): void;
  /** Type of the event that comes next and is left to a newer version; null when there is none. */
  leftToNewer(): string | null;
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

const storedEvent = z.looseObject({ type: z.string() });
const timerEvent = z.object({ type: z.literal("timer.due"), id: z.string(), token: z.string() });

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
  shown: Pick<ShownText, "of">,
): Session {
  const { clock, store, observer } = parts;
  const { instance } = claim.lease;
  const kind = reducer.kind.kind;
  let offsetMs = claim.now - clock.now();
  const opened = open();
  let { state } = opened;
  let committed: Persisted | null = opened.isChanged ? null : state;
  let seenThrough = 0;
  let leftToNewer: string | null = null;
  let consumedThrough = 0;
  let commitMs = state.turn?.commitMs ?? 0;

  function now(): number {
    return clock.now() + offsetMs;
  }

  function open(): Pick<Loaded, "state" | "isChanged"> {
    if (claim.snapshot === null) {
      return { state: reducer.init(instance.id, claim.now), isChanged: true };
    }
    const loaded = loadSnapshot(reducer, instance.id, claim.snapshot, claim.now);
    const { fallbackReason: reason } = loaded;
    if (reason !== null) {
      logger.error({ reason }, "a snapshot is unreadable; a person takes over");
      observer.fellBack({ kind });
    }
    return loaded;
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

  /** What no state of this machine knows may come from a newer process; whoever knows it has some time to take it. */
  const isForNewer = ({ event, at }: StoredEvent): string | null => {
    if (now() - at >= parts.tuning.otherWorkerMs) return null;
    const { success, data } = storedEvent.safeParse(event);
    if (!success || reducer.knows(data.type)) return null;
    return timerEvent.safeParse(event).success || isLetterAct(event) ? null : data.type;
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
    step({ type: "event", event: withShown(external.data) });
  };

  /** An answer that is stopped keeps what readers have seen of it. */
  const withShown = (event: z.infer<typeof storedEvent>): z.infer<typeof storedEvent> => {
    if (event.type !== "stop.requested") return event;
    return { ...event, shown: shown.of(Object.values(state.tasks).map(({ token }) => token)) };
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
    await retryingCommit(() => store.commit(claim.lease, request), signal, logger);
    const durationMs = performance.now() - startedAt;
    commitMs += durationMs;
    observer.committed({
      kind,
      durationMs,
      isFirst: claim.snapshot === null && committed === null,
    });
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
      leftToNewer = null;
      for (const stored of inbox) {
        if (stored.seq <= seenThrough) continue;
        leftToNewer = isForNewer(stored);
        if (leftToNewer !== null) return;
        seenThrough = stored.seq;
        takeOne(stored);
      }
    },
    leftToNewer: () => leftToNewer,
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
