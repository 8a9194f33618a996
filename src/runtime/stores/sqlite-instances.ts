import { z } from "zod";
import type { InstanceAddress } from "../../core/index.ts";
import { FrontdeskError, instanceKey, parseInstanceKey } from "../../core/index.ts";
import type {
  AppendRequest,
  Claim,
  ClaimRequest,
  Commit,
  Lease,
  Renewal,
} from "../../ports/conversation-store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { createSqliteDedupe, createSqliteMailbox } from "./sqlite-mailbox.ts";

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
  remove(instance: InstanceAddress): boolean;
  /** Forgets idle instances and old dedupe keys. */
  sweep(now: number): void;
}

const row = z.object({ id: z.int(), next_seq: z.int(), expires_at: z.number().nullable() });
const claimable = z.object({
  id: z.int(),
  key: z.string(),
  snapshot: z.string().nullable(),
  next_seq: z.int(),
  is_out: z.int(),
});
const held = z.object({
  id: z.int(),
  fence: z.int(),
  owner: z.string().nullable(),
  commit_id: z.string().nullable(),
  next_seq: z.int(),
});

/** Prepares the statements of the store's calls. */
export function createSqliteInstances(database: SqliteDatabase): SqliteInstances {
  const mailbox = createSqliteMailbox(database);
  const dedupe = createSqliteDedupe(database);
  const find = database.query("SELECT id, next_seq, expires_at FROM instance WHERE key = ?", row);
  const findHeld = database.query(
    "SELECT id, fence, owner, commit_id, next_seq FROM instance WHERE key = ?",
    held,
  );
  const insert = database.statement(
    "INSERT INTO instance (key, kind, wake_at, updated_at) VALUES (?, ?, ?, ?)",
  );
  const announce = database.statement(
    `UPDATE instance SET next_seq = next_seq + 1, expires_at = NULL,
       wake_at = CASE WHEN owner IS NULL THEN min(coalesce(wake_at, ?1), ?1) ELSE wake_at END
     WHERE id = ?2`,
  );
  const anyDue = database.query(
    "SELECT 1 AS one FROM instance WHERE wake_at <= ? LIMIT 1",
    z.object({ one: z.int() }),
  );
  const due = database.query(
    `SELECT id, key, snapshot, next_seq, is_out FROM instance
     WHERE wake_at <= ?1 AND version <= coalesce(json_extract(?2, '$."' || kind || '"'), -1)
     ORDER BY wake_at, id LIMIT ?3`,
    claimable,
  );
  const nextFence = database.query(
    "UPDATE counter SET value = value + 1 WHERE name = 'fence' RETURNING value",
    z.object({ value: z.int() }),
  );
  const take = database.statement(
    `UPDATE instance SET owner = ?, is_out = 1, fence = ?, wake_at = ?, next_seq = ?, expires_at = NULL
     WHERE id = ?`,
  );
  const extend = database.statement("UPDATE instance SET wake_at = ?, next_seq = ? WHERE id = ?");
  const write = database.statement(
    `UPDATE instance SET snapshot = ?, version = ?, commit_id = ?, dead_letters = ?, updated_at = ?,
       owner = ?, is_out = ?6 IS NOT NULL,
       wake_at = CASE WHEN ?6 IS NULL THEN ?7 ELSE wake_at END, expires_at = ?
     WHERE id = ?`,
  );
  const expire = database.statement(
    "UPDATE instance SET owner = NULL, wake_at = ? WHERE owner = ?",
  );
  const drop = database.statement("DELETE FROM instance WHERE id = ?");
  const expired = database.query(
    "SELECT id, next_seq, expires_at FROM instance WHERE expires_at <= ? LIMIT 1000",
    row,
  );

  const forget = (id: number): void => {
    mailbox.clear(id);
    drop(id);
  };

  const locate = (instance: InstanceAddress, now: number): z.infer<typeof row> => {
    const key = instanceKey(instance);
    const found = find.get(key);
    if (found !== null && (found.expires_at === null || found.expires_at > now)) return found;
    if (found !== null) forget(found.id);
    insert(key, instance.kind, now, now);
    const made = find.get(key);
    if (made === null) throw new FrontdeskError("internal", "an instance vanished while appending");
    return made;
  };

  const holder = (lease: Lease): z.infer<typeof held> | null => {
    const found = findHeld.get(instanceKey(lease.instance));
    return found?.owner === lease.owner && found.fence === lease.fence ? found : null;
  };

  return {
    append: ({ instance, dedupeKeys }, event, now) => {
      if (!dedupe.admit(instanceKey(instance), dedupeKeys, now)) return false;
      const { id, next_seq: seq } = locate(instance, now);
      mailbox.add(id, seq, event, now);
      announce(now, id);
      return true;
    },
    isClaimable: (now) => anyDue.get(now) !== null,
    claim: ({ owner, leaseMs, limit, supports }, now) =>
      due.all(now, JSON.stringify(supports), limit).flatMap((found): readonly Claim[] => {
        const { id, key, snapshot } = found;
        const instance = parseInstanceKey(key);
        const fence = nextFence.get()?.value;
        if (instance === null || fence === undefined) return [];
        const seq = mailbox.takeDueTimers(id, found.next_seq, now);
        take(owner, fence, now + leaseMs, seq, id);
        const lease = { instance, owner, fence };
        const wasAbandoned = found.is_out === 1;
        return [{ lease, snapshot, inbox: mailbox.unread(id), now, wasAbandoned }];
      }),
    renew: (lease, leaseMs, now) => {
      const found = holder(lease);
      if (found === null) return null;
      extend(now + leaseMs, mailbox.takeDueTimers(found.id, found.next_seq, now), found.id);
      return { inbox: mailbox.unread(found.id), now };
    },
    commit: (lease, commit, now) => {
      const current = findHeld.get(instanceKey(lease.instance));
      if (current !== null && current.commit_id === commit.commitId) return true;
      const found = holder(lease);
      if (found === null) return false;
      if (commit.consumedThrough !== null) mailbox.consumeThrough(found.id, commit.consumedThrough);
      mailbox.replaceTimers(found.id, commit.timers);
      const { owner, wakeAt, expiresAt } = afterwards(lease, commit, found.id, now);
      const letters = commit.deadLetters ?? 0;
      const { snapshot, version, commitId } = commit;
      write(snapshot, version, commitId, letters, now, owner, wakeAt, expiresAt, found.id);
      return true;
    },
    expireOwner: (owner, now) => expire(now, owner),
    remove: (instance) => {
      const found = find.get(instanceKey(instance));
      if (found === null) return false;
      forget(found.id);
      return true;
    },
    sweep: (now) => {
      for (const { id } of expired.all(now)) forget(id);
      dedupe.prune(now);
    },
  };

  /** Who holds an instance after a commit, when it may be claimed, and when it may be forgotten. */
  function afterwards(
    lease: Lease,
    commit: Commit,
    id: number,
    now: number,
  ): {
    readonly owner: string | null;
    readonly wakeAt: number | null;
    readonly expiresAt: number | null;
  } {
    if (!commit.release) return { owner: lease.owner, wakeAt: null, expiresAt: null };
    const wakeAt = mailbox.hasUnread(id) ? now : mailbox.nextDueAt(id);
    const isIdle = wakeAt === null && commit.idleTtlMs !== null;
    return { owner: null, wakeAt, expiresAt: isIdle ? now + (commit.idleTtlMs ?? 0) : null };
  }
}
