import { z } from "zod";
import type { StoredEvent } from "../../ports/conversation-store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** Mailboxes and timers of instances, by their row ids. Called inside a transaction. */
export interface SqliteMailbox {
  /** Adds an event and returns its number. */
  add(row: number, seq: number, event: string, now: number): void;
  /** All unread events, oldest first, at most 64. */
  unread(row: number): readonly StoredEvent[];
  hasUnread(row: number): boolean;
  consumeThrough(row: number, seq: number): void;
  /** Moves due timers into the mailbox, in the order in which they were due; returns the next free number. */
  takeDueTimers(row: number, nextSeq: number, now: number): number;
  /** One that has fired and whose event is unread yet is not armed again. */
  replaceTimers(
    row: number,
    timers: readonly { readonly id: string; readonly token: string; readonly dueAt: number }[],
  ): void;
  nextDueAt(row: number): number | null;
  clear(row: number): void;
}

const eventRow = z.object({ seq: z.int(), event: z.string(), at: z.number() });
const timerRow = z.object({ id: z.string(), token: z.string() });

function timerDue(id: string, token: string): string {
  return JSON.stringify({ type: "timer.due", id, token });
}

/** Prepares the statements of mailboxes and timers. */
export function createSqliteMailbox(database: SqliteDatabase): SqliteMailbox {
  const insert = database.statement(
    "INSERT INTO inbox (instance, seq, event, at) VALUES (?, ?, ?, ?)",
  );
  const select = database.query(
    "SELECT seq, event, at FROM inbox WHERE instance = ? ORDER BY seq LIMIT 64",
    eventRow,
  );
  const some = database.query(
    "SELECT 1 AS one FROM inbox WHERE instance = ? LIMIT 1",
    z.object({ one: z.int() }),
  );
  const consume = database.statement("DELETE FROM inbox WHERE instance = ? AND seq <= ?");
  const due = database.query(
    "SELECT id, token FROM timer WHERE instance = ? AND due_at <= ? ORDER BY due_at, id",
    timerRow,
  );
  const next = database.query(
    "SELECT min(due_at) AS due FROM timer WHERE instance = ?",
    z.object({ due: z.number().nullable() }),
  );
  const disarm = database.statement("DELETE FROM timer WHERE instance = ? AND id = ?");
  const disarmAll = database.statement("DELETE FROM timer WHERE instance = ?");
  const arm = database.statement(
    `INSERT INTO timer (instance, id, token, due_at) SELECT ?1, ?2, ?3, ?4
     WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE instance = ?1 AND event = ?5)`,
  );
  const empty = database.statement("DELETE FROM inbox WHERE instance = ?");

  return {
    add: (row, seq, event, now) => {
      insert(row, seq, event, now);
    },
    unread: (row) =>
      select.all(row).map(({ seq, event, at }): StoredEvent => {
        const parsed: unknown = JSON.parse(event);
        return { seq, event: parsed, at };
      }),
    hasUnread: (row) => some.get(row) !== null,
    consumeThrough: (row, seq) => {
      consume(row, seq);
    },
    takeDueTimers: (row, nextSeq, now) => {
      const timers = due.all(row, now);
      for (const [index, { id, token }] of timers.entries()) {
        insert(row, nextSeq + index, timerDue(id, token), now);
        disarm(row, id);
      }
      return nextSeq + timers.length;
    },
    replaceTimers: (row, timers) => {
      disarmAll(row);
      for (const { id, token, dueAt } of timers) arm(row, id, token, dueAt, timerDue(id, token));
    },
    nextDueAt: (row) => next.get(row)?.due ?? null,
    clear: (row) => {
      empty(row);
      disarmAll(row);
    },
  };
}
