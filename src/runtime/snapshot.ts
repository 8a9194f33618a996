import { z } from "zod";
import { ERROR_CODES } from "../core/index.ts";

const taskSchema = z.object({
  src: z.string(),
  input: z.unknown(),
  token: z.string(),
  /** How often a worker has begun it; durable before the work goes on for long. */
  attempt: z.int().nonnegative(),
});

const timerSchema = z.object({
  token: z.string(),
  /** Milliseconds since the epoch by the store's clock. */
  dueAt: z.number(),
  /** What the machine is given when it is due. */
  event: z.looseObject({ type: z.string() }),
});

const outboxEntrySchema = z.object({
  token: z.string(),
  /** The machine's action type. */
  type: z.string(),
  params: z.unknown(),
  /** Attempts that ended, well or badly. */
  attempts: z.int().nonnegative(),
  /** Set before an attempt; still set afterwards when it may have had its effect. */
  attemptedAt: z.number().nullable(),
  /** Not to be tried before. */
  notBefore: z.number().nullable(),
  /** Since when it waits for what is no fault of its own: a store that is away, a worker that can have it. */
  waitingSince: z.number().exactOptional(),
  /** It was a dead letter of which an attempt may have had its effect: it is looked for before it is sent. */
  mayStand: z.literal(true).exactOptional(),
});

const deadLetterSchema = z.object({
  token: z.string(),
  type: z.string(),
  params: z.unknown(),
  attempts: z.int().nonnegative(),
  code: z.enum(ERROR_CODES),
  reason: z.string(),
  at: z.number(),
  /** Whether one of its attempts may have had its effect. Versions before wrote nothing. */
  mayStand: z.literal(true).exactOptional(),
});

const draftSchema = z.object({
  token: z.string(),
  /** Where it stands; a `ReplyAddress`. */
  address: z.unknown(),
  /** Known once its post was answered. */
  messageId: z.string().nullable(),
  attemptedAt: z.number(),
});

const turnSchema = z.object({
  /** `at` of the first message that is being answered. */
  receivedAt: z.number(),
  /** From its append to the claim. */
  queueMs: z.number(),
  /** Spent in commits so far. */
  commitMs: z.number(),
});

const quarantineSchema = z.object({
  /** Why the snapshot could not be worked on. */
  reason: z.string(),
  /** The snapshot as it was found, JSON text or what was there instead. */
  raw: z.string(),
  /** The event on which the machine failed; null when it was the snapshot itself. */
  event: z.unknown(),
  at: z.number(),
});

/** A state in XState's form: a name, or the names inside of names. */
export type StateValue = string | { readonly [name: string]: StateValue };

/** Reads a {@link StateValue}. */
export const stateValueSchema: z.ZodType<StateValue> = z.lazy(() =>
  z.union([z.string(), z.record(z.string(), stateValueSchema)]),
);

/** Shape of what the store keeps for one instance. */
export const persistedSchema = z.object({
  /** Version of the machine kind that wrote it. */
  v: z.int().positive(),
  /** When the instance was born: keeps keys apart when one is forgotten and begins anew. */
  birth: z.number(),
  /** Grows with every step that changed something. */
  rev: z.int().nonnegative(),
  status: z.enum(["active", "done"]),
  value: stateValueSchema,
  context: z.unknown(),
  tasks: z.record(z.string(), taskSchema),
  timers: z.record(z.string(), timerSchema),
  outbox: z.array(outboxEntrySchema),
  deadLetters: z.array(deadLetterSchema),
  draft: draftSchema.nullable(),
  turn: turnSchema.nullable(),
  /** What could not be worked on, oldest first; empty in the ordinary case. */
  quarantine: z.array(quarantineSchema),
});

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;

/** Everything about one instance that outlives a process. */
export type Persisted = Frozen<Omit<z.infer<typeof persistedSchema>, "value">> & {
  readonly value: StateValue;
};
/** Work behind an `invoke`. */
export type PersistedTask = Persisted["tasks"][string];
/** A custom action that waits to be done. */
export type OutboxEntry = Persisted["outbox"][number];
/** A custom action that was given up. */
export type StoredLetter = Persisted["deadLetters"][number];
/** A message that shows an answer while it grows. */
export type Draft = NonNullable<Persisted["draft"]>;

/** A snapshot that no machine has written into yet. */
export function blankSnapshot(version: number, now: number): Persisted {
  return {
    v: version,
    birth: now,
    rev: 0,
    status: "active",
    value: "",
    context: null,
    tasks: {},
    timers: {},
    outbox: [],
    deadLetters: [],
    draft: null,
    turn: null,
    quarantine: [],
  };
}

/**
 * What an unreadable snapshot still promised to the outside: replies that were not sent yet under the keys they have, the
 * message that shows a half-written answer, and letters that an operator has not seen. Empty where not even that can be read.
 */
export function salvage(raw: unknown): Partial<Persisted> {
  const { birth, rev, outbox, draft, turn, deadLetters, quarantine } = persistedSchema.shape;
  const identity = z.object({ birth, rev }).safeParse(raw);
  if (!identity.success) return {};
  const entries = z.object({ outbox }).safeParse(raw);
  const letters = z.object({ deadLetters }).safeParse(raw);
  const shown = z.object({ draft }).safeParse(raw);
  const begun = z.object({ turn }).safeParse(raw);
  const earlier = z.object({ quarantine }).safeParse(raw);
  return {
    ...identity.data,
    ...entries.data,
    ...letters.data,
    ...shown.data,
    ...begun.data,
    ...earlier.data,
  };
}
