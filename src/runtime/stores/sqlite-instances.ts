import type { InstanceAddress } from "../../core/index.ts";
import { FrontdeskError, instanceKey, parseInstanceKey } from "../../core/index.ts";
import type { RemovedInstance } from "../../ports/conversation-directory.ts";
import type {
  AppendRequest,
  Claim,
  ClaimRequest,
  Commit,
  Lease,
  Renewal,
} from "../../ports/conversation-store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { createSqliteDedupe, type SqliteDedupe } from "./sqlite-dedupe.ts";
import { createSqliteMailbox, type SqliteMailbox } from "./sqlite-mailbox.ts";
import { type HeldRow, type LocatedRow, prepareInstanceStatements } from "./sqlite-statements.ts";

/**
 * The calls of the store as synchronous work on one database; each is run inside a write transaction. An instance has an
 * owner while it is leased; `wake_at` is when it may be claimed next: the end of its lease, the moment since which it has
 * unread events, or its next timer.
 */
export interface SqliteInstances {
  append(request: AppendRequest, event: string, now: number): boolean;
  /** Cheap look without a transaction: whether a claim would find anything. */
  isClaimable(now: number): boolean;
  claim(request: ClaimRequest, now: number): readonly Claim[];
  renew(lease: Lease, leaseMs: number, now: number): Renewal | null;
  /** False when the lease is lost. */
  commit(lease: Lease, commit: Commit, now: number): boolean;
  expireOwner(owner: string, now: number): number;
  remove(instance: InstanceAddress): RemovedInstance | null;
  /** Forgets idle instances and old dedupe keys. */
  sweep(now: number): void;
}

interface Tables {
  readonly sql: ReturnType<typeof prepareInstanceStatements>;
  readonly mailbox: SqliteMailbox;
  readonly dedupe: SqliteDedupe;
}

/** Prepares the store's calls on one database. */
export function createSqliteInstances(database: SqliteDatabase): SqliteInstances {
  const tables: Tables = {
    sql: prepareInstanceStatements(database),
    mailbox: createSqliteMailbox(database),
    dedupe: createSqliteDedupe(database),
  };
  const { sql, mailbox, dedupe } = tables;

  return {
    append: ({ instance, dedupeKeys }, event, now) => {
      if (!dedupe.admit(instanceKey(instance), dedupeKeys, now)) return false;
      const { id, next_seq: seq } = locate(tables, instance, now);
      mailbox.add(id, seq, event, now);
      sql.announce(now, id);
      return true;
    },
    isClaimable: (now) => sql.findAnyDue.get(now) !== null,
    claim: (request, now) => claim(tables, request, now),
    renew: (lease, leaseMs, now) => {
      const row = heldBy(tables, lease);
      if (row === null) return null;
      sql.extend(now + leaseMs, mailbox.takeDueTimers(row.id, row.next_seq, now), row.id);
      return { inbox: mailbox.unread(row.id), now };
    },
    commit: (lease, request, now) => commit(tables, lease, request, now),
    expireOwner: (owner, now) => sql.expire(now, owner),
    remove: (instance) => {
      const found = sql.find.get(instanceKey(instance));
      if (found === null) return null;
      const kept = sql.findSnapshot.get(found.id);
      forget(tables, found.id);
      return { snapshot: kept?.snapshot ?? null };
    },
    sweep: (now) => {
      for (const { id } of sql.findExpired.all(now)) forget(tables, id);
      dedupe.prune(now);
    },
  };
}

function forget({ sql, mailbox }: Tables, id: number): void {
  mailbox.clear(id);
  sql.noteEmpty(id);
  sql.drop(id);
}

/** Finds the row of an instance, or makes one; one whose time of silence is over begins anew. */
function locate(tables: Tables, instance: InstanceAddress, now: number): LocatedRow {
  const { sql } = tables;
  const key = instanceKey(instance);
  const found = sql.find.get(key);
  if (found !== null && (found.expires_at === null || found.expires_at > now)) return found;
  if (found !== null) forget(tables, found.id);
  sql.insert(key, instance.kind, now, now);
  const made = sql.find.get(key);
  if (made === null) throw new FrontdeskError("internal", "an instance vanished while appending");
  return made;
}

function heldBy({ sql }: Tables, lease: Lease): HeldRow | null {
  const found = sql.findHeld.get(instanceKey(lease.instance));
  return found?.owner === lease.owner && found.fence === lease.fence ? found : null;
}

function claim({ sql, mailbox }: Tables, request: ClaimRequest, now: number): readonly Claim[] {
  const { owner, leaseMs, limit, supports } = request;
  return sql.findDue.all(now, JSON.stringify(supports), limit).flatMap((row): readonly Claim[] => {
    const instance = parseInstanceKey(row.key);
    const fence = sql.nextFence.get()?.value;
    if (instance === null || fence === undefined) return [];
    const seq = mailbox.takeDueTimers(row.id, row.next_seq, now);
    sql.take(owner, fence, now + leaseMs, seq, row.id);
    const lease = { instance, owner, fence };
    const wasAbandoned = row.is_out === 1;
    return [{ lease, snapshot: row.snapshot, inbox: mailbox.unread(row.id), now, wasAbandoned }];
  });
}

function commit(tables: Tables, lease: Lease, request: Commit, now: number): boolean {
  const { sql, mailbox } = tables;
  const { commitId, snapshot, version, timers, consumedThrough } = request;
  const current = sql.findHeld.get(instanceKey(lease.instance));
  if (current?.commit_id === commitId) return true;
  const row = heldBy(tables, lease);
  if (row === null) return false;
  if (consumedThrough !== null) mailbox.consumeThrough(row.id, consumedThrough);
  mailbox.replaceTimers(row.id, timers);
  const { owner, wakeAt, expiresAt } = afterwards(tables, lease, request, row.id, now);
  const letters = request.deadLetters ?? 0;
  sql.write(snapshot, version, commitId, letters, now, owner, wakeAt, expiresAt, row.id);
  const waiting = request.waiting ?? 0;
  if (waiting > 0) sql.noteWaiting(row.id, waiting);
  else sql.noteEmpty(row.id);
  return true;
}

interface Afterwards {
  readonly owner: string | null;
  readonly wakeAt: number | null;
  readonly expiresAt: number | null;
}

/** Who holds an instance after a commit, when it may be claimed, and when it may be forgotten. */
function afterwards(
  { mailbox }: Tables,
  lease: Lease,
  { release, idleTtlMs }: Commit,
  id: number,
  now: number,
): Afterwards {
  if (!release) return { owner: lease.owner, wakeAt: null, expiresAt: null };
  const wakeAt = mailbox.hasUnread(id) ? now : mailbox.nextDueAt(id);
  const isIdle = wakeAt === null && idleTtlMs !== null;
  return { owner: null, wakeAt, expiresAt: isIdle ? now + idleTtlMs : null };
}
