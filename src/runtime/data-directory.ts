import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { errorMessage, FrontdeskError, systemErrorCode } from "../core/index.ts";

/** What the owner of a data directory tells others about itself. */
const ownerSchema = z.object({
  pid: z.number().int(),
  socket: z.string(),
  version: z.string(),
  startedAt: z.number(),
  /** Marks of its settings, by name: whoever attaches can tell what differs. */
  settings: z.record(z.string(), z.string()).default({}),
});
export type DataDirectoryOwner = z.infer<typeof ownerSchema>;

/** A data directory that this process owns. */
export interface DataDirectory {
  readonly path: string;
  /** Where the owner listens for other processes of the same user. */
  readonly socketPath: string;
  /** Tells others how to reach this process; call it once the socket listens. */
  announce(version: string, startedAt: number, settings?: Readonly<Record<string, string>>): void;
  release(): void;
}

// Unix socket paths end at 107 bytes; a deep data directory gets its socket in the temporary folder.
const MAX_SOCKET_PATH_BYTES = 100;

function socketPathOf(path: string): string {
  const direct = join(path, "frontdesk.sock");
  if (process.platform === "win32") {
    return `\\\\.\\pipe\\frontdesk-${createHash("sha256").update(path).digest("hex").slice(0, 16)}`;
  }
  if (Buffer.byteLength(direct) <= MAX_SOCKET_PATH_BYTES) return direct;
  const name = createHash("sha256").update(path).digest("hex").slice(0, 16);
  return join(tmpdir(), `frontdesk-${process.getuid?.() ?? 0}-${name}.sock`);
}

/** Says in one sentence why a directory cannot be used and what to do. */
function dataDirectoryError(path: string, error: unknown): FrontdeskError {
  const code = systemErrorCode(error);
  const isFull =
    code === "ENOSPC" ||
    code === "SQLITE_FULL" ||
    (code?.startsWith("SQLITE_IOERR") === true && freeBytes(path) === 0);
  if (isFull) {
    return new FrontdeskError(
      "disk_full",
      `The disk of ${path} is full; free some space and start again. Nothing was lost.`,
      { cause: error },
    );
  }
  const reason =
    code === "EROFS" || code === "SQLITE_READONLY"
      ? "it is read-only"
      : code === "EACCES" || code === "EPERM"
        ? "this user may not write there"
        : code === "ENOTDIR" || code === "EEXIST"
          ? "a part of the path is a file"
          : errorMessage(error);
  return new FrontdeskError(
    "data_dir_unusable",
    `The data directory ${path} cannot be used: ${reason}. Make it writable or set FRONTDESK_DATA_DIR to another one.`,
    { cause: error },
  );
}

/** Node 20's own recursive `mkdir` never returns below /proc, where a folder is there and takes none. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Two processes may make it at once.
    if (systemErrorCode(error) !== "EEXIST") throw error;
  }
}

function prepare(path: string): void {
  try {
    makeFolder(resolve(path));
    const probe = join(path, ".probe");
    writeFileSync(probe, "x".repeat(4096));
    rmSync(probe);
  } catch (error) {
    throw dataDirectoryError(path, error);
  }
}

/** The operating system gives SQLite's lock back even after kill -9, which a pid file cannot promise. */
function lock(path: string): Database.Database | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(join(path, "owner.lock"), { timeout: 0 });
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    const code = systemErrorCode(error) ?? "";
    if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return null;
    throw dataDirectoryError(path, error);
  }
}

/** Who owns a data directory at the moment, as far as it said so; null when unknown. */
export function readOwner(path: string): DataDirectoryOwner | null {
  try {
    const parsed = ownerSchema.safeParse(
      JSON.parse(readFileSync(join(path, "owner.json"), "utf8")),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Free space on the disk that holds a directory, in bytes; null when it cannot be told. */
export function freeBytes(path: string): number | null {
  try {
    const stats = statfsSync(path);
    return stats.bavail * stats.bsize;
  } catch {
    return null;
  }
}

/**
 * Takes a data directory for this process; makes it when it is not there.
 * @returns null when another process owns it
 * @throws FrontdeskError `data_dir_unusable`, `disk_full`
 */
export function openDataDirectory(path: string): DataDirectory | null {
  prepare(path);
  const database = lock(path);
  if (database === null) return null;
  const socketPath = socketPathOf(path);
  const ownerFile = join(path, "owner.json");
  rmSync(ownerFile, { force: true });
  if (process.platform !== "win32") rmSync(socketPath, { force: true });
  let isReleased = false;
  return {
    path,
    socketPath,
    announce(version, startedAt, settings = {}) {
      if (process.platform !== "win32") chmodSync(socketPath, 0o600);
      const owner: DataDirectoryOwner = {
        pid: process.pid,
        socket: socketPath,
        version,
        startedAt,
        settings,
      };
      try {
        writeFileSync(ownerFile, JSON.stringify(owner), { mode: 0o600 });
      } catch (error) {
        throw dataDirectoryError(path, error);
      }
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}
