import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSqliteStore, type SqliteStoreOptions } from "../../../src/runtime/index.ts";
import { translateSqliteError } from "../../../src/runtime/stores/sqlite-errors.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const HOUR_MS = 3_600_000;
const instance = { kind: "dialogue", id: "c" };
const event = { type: "said" };
const claiming = { owner: "w", leaseMs: 1_000, limit: 1, supports: { dialogue: 1 } };

let folder: string;
const stores: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "frontdesk-sqlite-"));
});

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

function open(options: Partial<SqliteStoreOptions> = {}) {
  const clock = options.clock ?? createFakeClock();
  const file = join(folder, "conversations.db");
  const store = createSqliteStore({ file, clock, synchronous: "full", ...options });
  stores.push(store);
  return store;
}

describe("SQLite store", () => {
  test("calls made at the same time share one fsync", async () => {
    const fsyncs: number[] = [];
    const store = open({ onCommit: (ms) => fsyncs.push(ms) });

    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        store.append({ instance: { ...instance, id: String(index) }, event, dedupeKeys: [] }),
      ),
    );

    expect(fsyncs).toHaveLength(1);
  });

  test("claims and renewals cost no fsync", async () => {
    const fsyncs: number[] = [];
    const store = open({ onCommit: (ms) => fsyncs.push(ms) });
    await store.append({ instance, event, dedupeKeys: [] });

    const [claim] = await store.claim(claiming);
    if (claim !== undefined) await store.renew(claim.lease, 1_000);

    expect(claim).toBeDefined();
    expect(fsyncs).toHaveLength(1);
  });

  test("dedupe keys are known for a day and forgotten afterwards", async () => {
    const clock = createFakeClock();
    const store = open({ clock });
    const append = () => store.append({ instance, event, dedupeKeys: ["k"] });
    await append();

    clock.advance(23 * HOUR_MS);
    expect(await append()).toBe(false);
    clock.advance(2 * HOUR_MS);
    expect(await append()).toBe(true);
  });

  test("old dedupe keys and idle instances leave the file while workers look for work", async () => {
    const clock = createFakeClock();
    const store = open({ clock });
    await store.append({ instance, event, dedupeKeys: ["k"] });
    const [claim] = await store.claim(claiming);
    if (claim === undefined) throw new Error("nothing was claimed");
    await store.commit(claim.lease, {
      commitId: "1",
      consumedThrough: 1,
      snapshot: "{}",
      version: 1,
      timers: [],
      release: true,
      idleTtlMs: HOUR_MS,
    });

    clock.advance(49 * HOUR_MS);
    await store.claim(claiming);

    const rows = await rowCounts();
    expect(rows).toEqual({ instance: 0, seen: 0 });
  });

  test("a claim tells whether the holder before gave the instance back", async () => {
    const clock = createFakeClock();
    const store = open({ clock });
    await store.append({ instance, event, dedupeKeys: [] });
    const [first] = await store.claim(claiming);
    clock.advance(2_000);
    const [second] = await store.claim(claiming);
    await store.expireOwner("w");
    const [third] = await store.claim(claiming);
    if (third === undefined) throw new Error("nothing was claimed");
    await store.commit(third.lease, {
      commitId: "1",
      consumedThrough: null,
      snapshot: "{}",
      version: 1,
      timers: [],
      release: true,
      idleTtlMs: null,
    });
    const [fourth] = await store.claim(claiming);

    const told = [first, second, third, fourth].map((claim) => claim?.wasAbandoned);
    expect(told).toEqual([false, true, true, false]);
  });

  test("what one call throws does not harm the calls beside it", async () => {
    const store = open();
    const bad = { instance: { kind: "dialogue", id: "bad" }, event, dedupeKeys: [Symbol("k")] };

    const results = await Promise.allSettled([
      store.append({ instance, event, dedupeKeys: ["1"] }),
      // @ts-expect-error a caller that does not heed the types
      store.append(bad),
      store.append({ instance, event, dedupeKeys: ["2"] }),
    ]);

    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await store.counts()).unread).toBe(2);
  });

  test("a file that is no database is reported and left as it was", async () => {
    const file = join(folder, "conversations.db");
    await writeFile(file, "these are somebody's notes, not a database\n".repeat(100));
    const before = await readFile(file);

    expect(() => open()).toThrow(expect.objectContaining({ code: "database_corrupt" }));

    expect(await readFile(file)).toEqual(before);
  });

  test("a database that is damaged in the middle is reported as such when it is used", async () => {
    const file = join(folder, "conversations.db");
    const store = open();
    for (let index = 0; index < 200; index += 1) {
      const id = `${index}-${"x".repeat(200)}`;
      await store.append({ instance: { ...instance, id }, event, dedupeKeys: [id] });
    }
    await store.close();
    const bytes = await readFile(file);
    bytes.fill(0x5a, 8_192);
    await writeFile(file, bytes);

    const damaged = open();

    await expect(damaged.list({ kind: null, limit: 1_000 })).rejects.toMatchObject({
      code: "database_corrupt",
    });
  });

  test("a folder that does not exist, or a folder in place of the file, is reported", async () => {
    await mkdir(join(folder, "taken.db"));

    for (const file of [join(folder, "missing", "c.db"), join(folder, "taken.db")]) {
      expect(() => open({ file })).toThrow(expect.objectContaining({ code: "data_dir_unusable" }));
    }
  });

  test("a database of a newer Frontdesk is left alone", async () => {
    const store = open();
    await store.append({ instance, event, dedupeKeys: [] });
    await store.close();
    await setUserVersion(99);

    expect(() => open()).toThrow(expect.objectContaining({ code: "data_dir_unusable" }));
  });

  test("a closed store refuses calls, and closing it again is fine", async () => {
    const store = open();
    const last = store.append({ instance, event, dedupeKeys: [] });

    await store.close();
    await store.close();

    expect(await last).toBe(true);
    await expect(store.append({ instance, event, dedupeKeys: [] })).rejects.toMatchObject({
      code: "store_unavailable",
    });
  });

  test.each([
    ["SQLITE_FULL", "disk_full", true],
    ["SQLITE_CORRUPT_INDEX", "database_corrupt", false],
    ["SQLITE_NOTADB", "database_corrupt", false],
    ["SQLITE_READONLY_DBMOVED", "data_dir_unusable", false],
    ["SQLITE_CANTOPEN", "data_dir_unusable", false],
    ["SQLITE_BUSY", "store_unavailable", true],
    ["SQLITE_IOERR_FSYNC", "store_unavailable", true],
    ["SQLITE_CONSTRAINT_UNIQUE", "internal", false],
  ])("%s is told as %s", (code, told, retryable) => {
    const error = Object.assign(new Error("from the library"), { code });

    expect(translateSqliteError(error, "c.db")).toMatchObject({ code: told, retryable });
  });
});

async function withDatabase<T>(work: (database: import("libsql").Database) => T): Promise<T> {
  const { default: Database } = await import("libsql");
  const database = new Database(join(folder, "conversations.db"));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function setUserVersion(version: number): Promise<void> {
  return withDatabase((database) => void database.exec(`PRAGMA user_version = ${version}`));
}

function rowCounts(): Promise<{ instance: number; seen: number }> {
  return withDatabase((database) => {
    const count = (table: string): number =>
      database.prepare(`SELECT * FROM ${table}`).all([]).length;
    return { instance: count("instance"), seen: count("seen") };
  });
}
