import { z } from "zod";
import {
  assertNever,
  CASE_STATES,
  type CaseId,
  type CaseRecord,
  caseId,
  FrontdeskError,
} from "../../core/index.ts";
import type { DeskEraser, DeskUpdate, DeskView, HumanDesk } from "../../ports/desk.ts";
import { DESK_VERSION, newerCaseUnreadable, newerCaseWaits } from "./desk-version.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { key } from "./redis-keys.ts";
import { integer } from "./redis-replies.ts";
import { caseEntrySchema, handoffPacketSchema, readFacts } from "./stored-values.ts";
import { createWatchers } from "./watchers.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** An update may be tried again so long after it was shown. */
const REMEMBER_SECONDS = 30 * DAY_SECONDS;
/** How long resolved cases can be looked at. */
const RESOLVED_SECONDS = 90 * DAY_SECONDS;
/** More lines of one case are not kept; the oldest go first. */
const MAX_ENTRIES = 1_000;

const stateSchema = z.enum(CASE_STATES);
const rowSchema = z.tuple([
  z.string(),
  z.coerce.number(),
  stateSchema,
  z.string(),
  z.string(),
  z.array(z.string()),
  z.string(),
  z.coerce.number(),
]);
/** The id comes first and the version at its place, whoever wrote the rest. */
const VERSION_AT = 7;
const placedSchema = z.tuple([z.string()]).rest(z.unknown());
const versionSchema = z.coerce.number().catch(0);
const agentSchema = z.string().nullable();
const changedSchema = z.tuple([z.string(), z.string()]);

function toRecord(reply: unknown): CaseRecord {
  const [id, openedAt, state, agent, packet, entries, facts] = rowSchema.parse(reply);
  return {
    id: caseId(id),
    state,
    openedAt,
    agent: agentSchema.parse(JSON.parse(agent)),
    facts: readFacts(facts === "" ? null : facts),
    packet: handoffPacketSchema.parse(JSON.parse(packet)),
    entries: entries.map((entry) => caseEntrySchema.parse(JSON.parse(entry))),
  };
}

/** Of a newer version, whatever the rest of the reply looks like. */
function isNewer(reply: unknown, version: number): boolean {
  return versionSchema.parse(placedSchema.parse(reply).at(VERSION_AT)) > version;
}

const ORDER = { waiting: 0, claimed: 1, resolved: 2, closed: 2 } as const satisfies Record<
  CaseRecord["state"],
  number
>;

function inOrder(a: CaseRecord, b: CaseRecord): number {
  if (ORDER[a.state] !== ORDER[b.state]) return ORDER[a.state] - ORDER[b.state];
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
}

function partsOf(update: DeskUpdate): readonly (string | number)[] {
  switch (update.type) {
    case "opened": {
      const { openedAt, state, agent, facts, packet, entries } = update.record;
      const lines = entries.map((entry) => JSON.stringify(entry));
      const what = [JSON.stringify(packet), JSON.stringify(facts)];
      return [openedAt, state, JSON.stringify(agent), ...what, ...lines];
    }
    case "entry":
      return [JSON.stringify(update.entry)];
    case "revised":
      return [JSON.stringify(update.entry), JSON.stringify(update.packet ?? null)];
    case "state":
      return [update.state, JSON.stringify(update.agent), JSON.stringify(update.facts ?? null)];
    default:
      return assertNever(update);
  }
}

/** The desk that we keep ourselves. */
export interface RedisDesk extends HumanDesk, DeskView, DeskEraser {
  /** Listens no more; the connection stays open. */
  close(): Promise<void>;
}

/**
 * Cases in Redis, for all processes together: who looks on in one sees what another has published. All of it lies in one
 * Cluster slot. Resolved cases are kept for 90 days. A case that a newer version has written is left to that.
 */
export function createRedisDesk(options: {
  readonly connection: RedisConnection;
  /** In which form cases are written, and up to which they are read. Default {@link DESK_VERSION}. */
  readonly version?: number;
}): RedisDesk {
  const { connection, version = DESK_VERSION } = options;
  const channel = key(connection.prefix, "desk-events");
  const sender = crypto.randomUUID();
  const watchers = createWatchers<"cases", CaseId>();
  const stopListening = connection.subscriber.listen(channel, {
    onMessage: (text) => {
      const [from, id] = changedSchema.parse(JSON.parse(text));
      if (from !== sender) watchers.tell("cases", caseId(id));
    },
  });

  return {
    publish: async (update, { key: name, signal }) => {
      signal.throwIfAborted();
      const id = update.type === "opened" ? update.record.id : update.caseId;
      const parameters = [
        ...[update.type, name, REMEMBER_SECONDS, id, channel, sender],
        ...[RESOLVED_SECONDS, MAX_ENTRIES, version, ...partsOf(update)],
      ];
      const reply = await connection.runAt("desk", "fdDeskPublish", parameters, "show a case");
      const outcome = integer(reply);
      if (outcome === -1) {
        throw new FrontdeskError("case_not_found", `The desk has no case ${id}; it was removed.`);
      }
      if (outcome === -2) throw newerCaseWaits(id);
      if (outcome === 1) watchers.tell("cases", id);
    },
    list: async ({ includeResolved }) => {
      const which = includeResolved ? "all" : "open";
      const reply = await connection.runAt("desk", "fdDeskList", [which], "list the cases");
      const rows = z.array(z.unknown()).parse(reply);
      const known = rows.filter((row) => !isNewer(row, version));
      return known.map(toRecord).toSorted(inOrder);
    },
    get: async (id) => {
      const reply = await connection.runAt("desk", "fdDeskGet", [id], "look at a case");
      if (reply === null) return null;
      if (isNewer(reply, version)) throw newerCaseUnreadable(id);
      return toRecord(reply);
    },
    forget: async (id) => {
      const parameters = [id, channel, sender];
      const reply = await connection.runAt("desk", "fdDeskForget", parameters, "forget a case");
      if (integer(reply) === 0) return false;
      watchers.tell("cases", id);
      return true;
    },
    watch: (listener) => watchers.watch("cases", listener),
    close: async () => stopListening(),
  };
}
