import { z } from "zod";
import {
  CASE_STATES,
  type CaseEntry,
  type CaseFacts,
  type CaseId,
  type CaseRecord,
  caseId,
  FrontdeskError,
} from "../../core/index.ts";
import type { DeskEraser, DeskUpdate, DeskView, HumanDesk } from "../../ports/desk.ts";
import { DESK_VERSION, newerCaseUnreadable, newerCaseWaits } from "./desk-version.ts";
import { revisedEntry } from "./revised-entry.ts";
import { caseEntrySchema, handoffPacketSchema, readFacts } from "./stored-values.ts";
import { openTranscriptFile, type TranscriptFile } from "./transcript-file.ts";
import { createWatchers } from "./watchers.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cases (
    id TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    state TEXT NOT NULL,
    agent TEXT,
    packet TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS case_entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS case_entries_by_case ON case_entries (case_id, seq);
  CREATE TABLE IF NOT EXISTS case_facts (case_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS case_versions (case_id TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS desk_updates (key TEXT PRIMARY KEY) STRICT;
`;

const caseRow = z.object({
  id: z.string(),
  opened_at: z.number(),
  state: z.enum(CASE_STATES),
  agent: z.string().nullable(),
  packet: z.string(),
  facts: z.string().nullable(),
});
const versionRow = z.object({ version: z.number() });
const idRow = z.object({ id: z.string() });
const lineRow = z.object({ seq: z.number(), body: z.string() });
const entryRow = z.object({ body: z.string() });

/** The desk that we keep ourselves: it shows cases and can be asked for them. */
export interface SqliteDesk extends HumanDesk, DeskView, DeskEraser {
  /** Ids of cases that only a newer version can read. */
  newerCases(): readonly string[];
  /** Closes the file; later calls fail. */
  close(): Promise<void>;
}

const SELECT = `SELECT cases.*, case_facts.body AS facts, coalesce(case_versions.version, 0) AS version
  FROM cases LEFT JOIN case_facts ON case_facts.case_id = cases.id
  LEFT JOIN case_versions ON case_versions.case_id = cases.id`;

function statements({ connection }: TranscriptFile) {
  return {
    markUpdate: connection.prepare(
      "INSERT INTO desk_updates (key) VALUES (?) ON CONFLICT (key) DO NOTHING",
    ),
    upsertCase: connection.prepare(
      `INSERT INTO cases (id, opened_at, state, agent, packet) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, agent = excluded.agent,
         packet = excluded.packet`,
    ),
    setPacket: connection.prepare("UPDATE cases SET packet = ? WHERE id = ?"),
    setState: connection.prepare("UPDATE cases SET state = ?, agent = ? WHERE id = ?"),
    removeCase: connection.prepare("DELETE FROM cases WHERE id = ?"),
    removeParts: ["case_entries", "case_facts", "case_versions"].map((table) =>
      connection.prepare(`DELETE FROM ${table} WHERE case_id = ?`),
    ),
    addEntry: connection.prepare("INSERT INTO case_entries (case_id, body) VALUES (?, ?)"),
    selectLines: connection.prepare("SELECT seq, body FROM case_entries WHERE case_id = ?"),
    setEntry: connection.prepare("UPDATE case_entries SET body = ? WHERE seq = ?"),
    setFacts: connection.prepare(
      `INSERT INTO case_facts (case_id, body) VALUES (?, ?)
       ON CONFLICT (case_id) DO UPDATE SET body = excluded.body`,
    ),
    setVersion: connection.prepare(
      `INSERT INTO case_versions (case_id, version) VALUES (?, ?)
       ON CONFLICT (case_id) DO UPDATE SET version = excluded.version`,
    ),
    selectVersion: connection.prepare("SELECT version FROM case_versions WHERE case_id = ?"),
    selectNewer: connection.prepare(
      `SELECT cases.id FROM cases JOIN case_versions ON case_versions.case_id = cases.id
       WHERE case_versions.version > ? ORDER BY cases.opened_at, cases.id`,
    ),
    selectCase: connection.prepare(`${SELECT} WHERE id = ?`),
    selectCases: connection.prepare(
      `${SELECT} WHERE state NOT IN ('resolved', 'closed') OR ? <> 0
       ORDER BY CASE state WHEN 'waiting' THEN 0 WHEN 'claimed' THEN 1 ELSE 2 END, opened_at, id`,
    ),
    selectEntries: connection.prepare(
      "SELECT body FROM case_entries WHERE case_id = ? ORDER BY seq",
    ),
  };
}

function caseOf(update: DeskUpdate): CaseId {
  return update.type === "opened" ? update.record.id : update.caseId;
}

/**
 * A desk of our own: cases and their lines in one SQLite file (it may be the one of the message log). A case that a
 * newer version has written is left to that.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`; from `publish` also `case_not_found`
 */
export function createSqliteDesk(options: {
  readonly file: string;
  /** In which form cases are written, and up to which they are read. Default {@link DESK_VERSION}. */
  readonly version?: number;
}): SqliteDesk {
  const { version = DESK_VERSION } = options;
  const store = openTranscriptFile(options.file, SCHEMA);
  const sql = statements(store);
  const watchers = createWatchers<"cases", CaseId>();

  const entriesOf = (id: string): readonly CaseEntry[] =>
    sql.selectEntries
      .all(id)
      .map((row) => caseEntrySchema.parse(JSON.parse(entryRow.parse(row).body)));
  const toRecord = (value: unknown): CaseRecord => {
    const row = caseRow.parse(value);
    return {
      id: caseId(row.id),
      state: row.state,
      openedAt: row.opened_at,
      agent: row.agent,
      facts: readFacts(row.facts),
      packet: handoffPacketSchema.parse(JSON.parse(row.packet)),
      entries: entriesOf(row.id),
    };
  };
  const isNewer = (row: unknown): boolean => {
    const written = versionRow.safeParse(row);
    return written.success && written.data.version > version;
  };
  const addEntry = (id: CaseId, entry: CaseEntry): void => {
    sql.addEntry.run(id, JSON.stringify(entry));
  };
  const revise = ({
    caseId: id,
    entry,
    packet,
  }: Extract<DeskUpdate, { type: "revised" }>): void => {
    if (packet !== undefined) sql.setPacket.run(JSON.stringify(packet), id);
    const rows = sql.selectLines.all(id).map((row) => lineRow.parse(row));
    const known = rows.find(
      ({ body }) => caseEntrySchema.parse(JSON.parse(body)).line === entry.line,
    );
    if (known !== undefined) {
      const before = caseEntrySchema.parse(JSON.parse(known.body));
      sql.setEntry.run(JSON.stringify(revisedEntry(before, entry)), known.seq);
    } else if (entry.revision !== "deleted" && packet === undefined) addEntry(id, entry);
  };
  const assertKnown = (id: CaseId): void => {
    if (sql.selectCase.get(id) !== undefined) return;
    throw new FrontdeskError("case_not_found", `The desk has no case ${id}; it was removed.`);
  };
  const setFacts = (id: CaseId, facts: CaseFacts | undefined): void => {
    if (facts !== undefined) sql.setFacts.run(id, JSON.stringify(facts));
  };
  const apply = (update: DeskUpdate): void => {
    switch (update.type) {
      case "opened": {
        const { id, openedAt, state, agent, facts, packet, entries } = update.record;
        sql.upsertCase.run(id, openedAt, state, agent, JSON.stringify(packet));
        setFacts(id, facts);
        for (const entry of entries) addEntry(id, entry);
        return;
      }
      case "entry":
        assertKnown(update.caseId);
        addEntry(update.caseId, update.entry);
        return;
      case "revised":
        assertKnown(update.caseId);
        revise(update);
        return;
      case "state":
        assertKnown(update.caseId);
        sql.setState.run(update.state, update.agent, update.caseId);
        setFacts(update.caseId, update.facts);
        return;
    }
  };

  return {
    async publish(update, { key, signal }) {
      signal.throwIfAborted();
      const isNew = store.transact(() => {
        if (sql.markUpdate.run(key).changes === 0) return false;
        const id = caseOf(update);
        if (isNewer(sql.selectVersion.get(id))) throw newerCaseWaits(id);
        apply(update);
        sql.setVersion.run(id, version);
        return true;
      });
      if (isNew) watchers.tell("cases", caseOf(update));
    },
    async list({ includeResolved }) {
      return store.run(() => {
        const rows = sql.selectCases.all(includeResolved ? 1 : 0);
        return rows.filter((row) => !isNewer(row)).map(toRecord);
      });
    },
    async get(id) {
      return store.run(() => {
        const row = sql.selectCase.get(id);
        if (row === undefined) return null;
        if (isNewer(row)) throw newerCaseUnreadable(id);
        return toRecord(row);
      });
    },
    async forget(id) {
      const isRemoved = store.transact(() => {
        for (const removal of sql.removeParts) removal.run(id);
        return sql.removeCase.run(id).changes > 0;
      });
      if (isRemoved) watchers.tell("cases", id);
      return isRemoved;
    },
    newerCases: () =>
      store.run(() => sql.selectNewer.all(version).map((row) => idRow.parse(row).id)),
    watch: (listener) => watchers.watch("cases", listener),
    close: () => store.close(),
  };
}
