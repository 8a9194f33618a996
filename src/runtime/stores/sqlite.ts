import { FrontdeskError, type InstanceAddress, instanceKey } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConversationDirectory } from "../../ports/conversation-directory.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import { createWriteBatch } from "./sqlite-batch.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { createSqliteDirectory } from "./sqlite-directory.ts";
import { translateSqliteError } from "./sqlite-errors.ts";
import { createSqliteInstances } from "./sqlite-instances.ts";

/** Options of {@link createSqliteStore}. */
export interface SqliteStoreOptions {
  /** Path of the database file; its folder must exist. */
  readonly file: string;
  readonly clock: Clock;
  /**
   * `full` (the default of the configuration): appended messages and commits survive a power cut, at one fsync for all
   * calls of the moment. `normal`: they survive a killed process, but a power cut may take the last ones.
   */
  readonly synchronous: "full" | "normal";
  /** Told how long each fsynced transaction took. */
  readonly onCommit?: (durationMs: number) => void;
}

/** Idle instances and old dedupe keys are looked for this often. */
const SWEEP_INTERVAL_MS = 60_000;

/**
 * Keeps conversations in one SQLite file (libsql, WAL). Calls made at the same time share a transaction and its fsync.
 * Claims and renewals are never fsynced: after a power cut no holder is left who could miss them. `watch` hears of
 * appends and removals made through the same object; other processes are noticed by looking again.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`, `store_unavailable`; a damaged file is left
 *   as it is
 */
export function createSqliteStore(
  options: SqliteStoreOptions,
): ConversationStore & ConversationDirectory {
  const { file, clock } = options;
  const database = openSqliteDatabase(file);
  const batch = createWriteBatch(database, options.synchronous, options.onCommit ?? (() => {}));
  const instances = createSqliteInstances(database);
  const directory = createSqliteDirectory(database);
  const listeners = new Set<(instance: InstanceAddress) => void>();
  let sweptAt = clock.now();
  let isClosed = false;

  const read = async <T>(work: (now: number) => T): Promise<T> => {
    try {
      return work(clock.now());
    } catch (error) {
      throw translateSqliteError(error, file);
    }
  };

  const sweep = (now: number): void => {
    if (now - sweptAt < SWEEP_INTERVAL_MS) return;
    sweptAt = now;
    instances.sweep(now);
  };

  return {
    append: async (request) => {
      const event = JSON.stringify(request.event);
      const isNew = await batch.write("durable", () =>
        instances.append(request, event, clock.now()),
      );
      if (isNew) for (const listener of listeners) listener(request.instance);
      return isNew;
    },
    claim: async (request) => {
      const now = clock.now();
      const isDue = now - sweptAt >= SWEEP_INTERVAL_MS || (await read(instances.isClaimable));
      if (!isDue || request.limit <= 0) return [];
      return batch.write("ordered", () => {
        sweep(now);
        return instances.claim(request, clock.now());
      });
    },
    renew: (lease, leaseMs) =>
      batch.write("ordered", () => instances.renew(lease, leaseMs, clock.now())),
    commit: async (lease, commit) => {
      const isDone = await batch.write("durable", () =>
        instances.commit(lease, commit, clock.now()),
      );
      if (isDone) return;
      const key = instanceKey(lease.instance);
      throw new FrontdeskError("lease_lost", `another worker has taken over ${key}`);
    },
    expireOwner: (owner) => batch.write("ordered", () => instances.expireOwner(owner, clock.now())),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    list: (query) => read((now) => directory.list(query, now)),
    deadLettered: (query) => read((now) => directory.deadLettered(query, now)),
    read: (instance) => read((now) => directory.read(instance, now)),
    remove: async (instance) => {
      const removed = await batch.write("durable", () => instances.remove(instance));
      if (removed !== null) for (const listener of listeners) listener(instance);
      return removed;
    },
    counts: () => read((now) => directory.counts(now)),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      batch.close();
      listeners.clear();
      database.close();
    },
  };
}
