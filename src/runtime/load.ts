import { z } from "zod";
import { errorMessage, FrontdeskError } from "../core/index.ts";
import type { Reducer } from "./reduce.ts";
import { type Persisted, persistedSchema } from "./snapshot.ts";

/** A snapshot that can be worked on. */
export interface Loaded {
  readonly state: Persisted;
  /** Why the stored one could not be used and the instance went to its fallback; null in the ordinary case. */
  readonly fallbackReason: string | null;
  /** Whether it differs from what is stored: migrated, or gone to its fallback. */
  readonly isChanged: boolean;
}

const versioned = z.looseObject({ v: z.int().positive() });

/**
 * Reads a stored snapshot: parses it, lifts it step by step to the kind's version, and checks that its state exists. What
 * cannot be read goes on in the kind's fallback state with the stored text kept aside.
 * @throws FrontdeskError `snapshot_unreadable` when it is newer than this version of Frontdesk: such a one is never touched
 */
export function loadSnapshot(reducer: Reducer, id: string, text: string, now: number): Loaded {
  try {
    return { ...read(reducer, text), fallbackReason: null };
  } catch (error) {
    if (error instanceof FrontdeskError) throw error;
    const reason = errorMessage(error);
    const state = reducer.fallBack(id, text, reason, now);
    return { state, fallbackReason: reason, isChanged: true };
  }
}

function read(reducer: Reducer, text: string): Omit<Loaded, "fallbackReason"> {
  const raw: unknown = JSON.parse(text);
  const { v } = versioned.parse(raw);
  const { kind } = reducer;
  if (v > kind.version) {
    throw new FrontdeskError(
      "snapshot_unreadable",
      `an instance of ${kind.kind} was written by a newer Frontdesk (snapshot version ${v}, this one reads up to ` +
        `${kind.version}); update this worker`,
    );
  }
  let current = raw;
  for (let version = v; version < kind.version; version += 1) {
    const migrate = kind.migrations[version];
    if (migrate === undefined) throw new Error(`no migration from version ${version}`);
    current = Object.assign(Object(migrate(current)), { v: version + 1 });
  }
  const parsed = persistedSchema.parse(current);
  const state = withLiveTasks(reducer, parsed);
  return { state, isChanged: v < kind.version || state !== parsed };
}

/** Drops tasks that the state does not invoke any more: a migration may have moved the instance away from them. */
function withLiveTasks(reducer: Reducer, state: Persisted): Persisted {
  const live = reducer.invokesOf(state);
  const entries = Object.entries(state.tasks);
  const kept = entries.filter(([id]) => live.has(id));
  return kept.length === entries.length ? state : { ...state, tasks: Object.fromEntries(kept) };
}

/** The text under which the store keeps a snapshot. */
export function encodeSnapshot(state: Persisted): string {
  return JSON.stringify(state);
}
