import { randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { FrontdeskError } from "../../../src/core/index.ts";
import { isAlive, ownerTag, ownProcess, taggedOwner } from "../../process-owner.ts";
import type { Timers } from "../timers.ts";
import { clearMemoryFiles, isInMemory, withMemoryFile } from "./memory-file.ts";
import { newSealKey, openSealedFile, SEAL_BYTES, sealFile } from "./sealed-file.ts";

const OWNER_ONLY = 0o700;
const ENDING = ".sealed";
/** Is being read. */
const TAKEN = ".taken";
/** Whoever has not come back by then starts anew. */
const KEPT_MS = 30 * 60_000;

interface Entry {
  readonly path: string;
  readonly name: string;
  readonly tokens: readonly number[];
  cancelTimer(): void;
}

/** States of conversations that had to make room, encrypted on disk. */
export interface SpilledStates {
  /** The tokens of this conversation's state; null when none lies here. */
  tokensOf(conversationKey: string): readonly number[] | null;
  /**
   * Keeps a state, unless there is no room for it.
   * @param write writes the state of these tokens into the file at this path, which is in memory
   */
  put(
    conversationKey: string,
    tokens: readonly number[],
    write: (path: string) => Promise<unknown>,
  ): Promise<void>;
  /**
   * Gives a state back; it does not lie here any more afterwards.
   * @param read takes it from the file at this path, which is in memory
   * @throws when it is not there any more, or not what was put there
   */
  take(conversationKey: string, read: (path: string) => Promise<unknown>): Promise<void>;
  /** Forgets everything. */
  close(): void;
}

export interface SpilledStatesOptions {
  readonly folder: string;
  /**
   * So many bytes may lie there, of all processes that share the folder: what was put there the longest time ago goes first,
   * whosever it is. While several of them write at once it may be more for that moment.
   */
  readonly maxBytes: number;
  readonly timers: Timers;
  /** For files that must be readable for a moment; see `MEMORY_FOLDER`. */
  readonly memoryFolder: string;
}

/**
 * The key is made here and never leaves this process, so that nobody can read what lies on disk once it has ended. The engine
 * only reads and writes files: it gets one in memory, for the moment that it takes.
 * @throws FrontdeskError `unsupported` where there is no folder in memory
 */
export function createSpilledStates(options: SpilledStatesOptions): SpilledStates {
  const { folder, maxBytes, timers, memoryFolder } = options;
  assertInMemory(memoryFolder);
  clearMemoryFiles(memoryFolder);
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  chmodSync(folder, OWNER_ONLY);
  clearDead(folder);
  const key = newSealKey();
  const tag = ownerTag(ownProcess());
  const entries = new Map<string, Entry>();

  const drop = (conversationKey: string): void => {
    const entry = entries.get(conversationKey);
    if (entry === undefined) return;
    entries.delete(conversationKey);
    entry.cancelTimer();
    rmSync(entry.path, { force: true });
  };

  return {
    tokensOf: (conversationKey) => {
      const entry = entries.get(conversationKey);
      if (entry === undefined) return null;
      if (existsSync(entry.path)) return entry.tokens;
      drop(conversationKey); // another process needed the room
      return null;
    },
    put: async (conversationKey, tokens, write) => {
      drop(conversationKey);
      await withMemoryFile(memoryFolder, async (plain) => {
        await write(plain);
        const bytes = statSync(plain).size + SEAL_BYTES;
        if (bytes > maxBytes) return;
        trim(folder, maxBytes - bytes);
        const name = `${tag}${randomUUID()}${ENDING}`;
        const path = join(folder, name);
        try {
          await sealFile(plain, path, { key, name });
        } catch (error) {
          rmSync(path, { force: true });
          throw error;
        }
        const cancelTimer = timers.after(KEPT_MS, () => drop(conversationKey));
        entries.set(conversationKey, { path, name, tokens, cancelTimer });
        trim(folder, maxBytes);
      });
    },
    take: async (conversationKey, read) => {
      const entry = entries.get(conversationKey);
      if (entry === undefined) throw new RangeError("no state of this conversation is kept");
      // From here on nobody may clear the file away to make room, or because its time is over.
      entries.delete(conversationKey);
      entry.cancelTimer();
      const path = `${entry.path}${TAKEN}`;
      renameSync(entry.path, path);
      try {
        await withMemoryFile(memoryFolder, async (plain) => {
          await openSealedFile(path, plain, { key, name: entry.name });
          await read(plain);
        });
      } finally {
        rmSync(path, { force: true });
      }
    },
    close: () => {
      for (const conversationKey of [...entries.keys()]) drop(conversationKey);
    },
  };
}

function assertInMemory(folder: string): void {
  if (isInMemory(folder)) return;
  throw new FrontdeskError(
    "unsupported",
    `models.spillMegabytes needs a folder in memory (${folder} on Linux), so that nothing readable comes onto a disk. Set it ` +
      "to 0 on this system.",
  );
}

/** What processes left that were killed: their key is gone. */
function clearDead(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(ENDING) && !name.endsWith(ENDING + TAKEN)) continue;
    const owner = taggedOwner(name);
    if (owner === null || !isAlive(owner)) rmSync(join(folder, name), { force: true });
  }
}

/** Removes the oldest files until no more than this lies there. */
function trim(folder: string, maxBytes: number): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ path, bytes: stats.size, writtenAt: stats.mtimeMs }];
    })
    .sort((one, other) => one.writtenAt - other.writtenAt);
  let held = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files) {
    if (held <= maxBytes) return;
    rmSync(path, { force: true });
    held -= bytes;
  }
}
