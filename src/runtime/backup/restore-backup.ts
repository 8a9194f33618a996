import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "libsql";
import { FrontdeskError } from "../../core/index.ts";
import type { DataDirectory } from "../data-directory.ts";
import { checkSqliteFile } from "../stores/sqlite-check.ts";
import { type BackupManifest, hashOf, readManifest } from "./manifest.ts";

/** Stays where it is: the lock that is held, and models, which no backup holds. */
const STAYS =
  /^(?:owner\.(?:lock.*|json)|frontdesk\.sock|models|.*\.log|(?:before-restore|restoring|moved-to-redis)-.*)$/u;

/** What a restore did. */
export interface Restored {
  readonly manifest: BackupManifest;
  /** Where lies now what was there before; null when there was nothing. */
  readonly away: string | null;
}

function damaged(folder: string, path: string, what: string): FrontdeskError {
  return new FrontdeskError(
    "database_corrupt",
    `The backup ${folder} is damaged: ${path} ${what}. Nothing was changed; take another backup.`,
  );
}

/** Copies a file and makes sure that the copy is what the manifest says. */
async function fetch(folder: string, staging: string, file: BackupManifest["files"][number]) {
  const from = join(folder, file.path);
  const to = join(staging, file.path);
  if (!existsSync(from)) throw damaged(folder, file.path, "is missing");
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(from, to);
  if (statSync(to).size !== file.bytes || (await hashOf(to)) !== file.sha256) {
    throw damaged(folder, file.path, "is not as it was written");
  }
  if (file.isDatabase && checkSqliteFile(to) !== null) {
    throw damaged(folder, file.path, "is no sound database");
  }
}

/** Chroma holds the vectors of another state: what is in the database is sent to it anew. */
function forgetWhereVectorsAre(staging: string): void {
  const file = join(staging, "knowledge.db");
  if (!existsSync(file)) return;
  const database = new Database(file);
  try {
    database.exec("UPDATE vectors SET stored_in = NULL; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

/**
 * Puts a backup in the place of what a data directory holds. Everything is copied and checked first; what was there before is
 * put aside, not deleted.
 * @param options.directory owned by this process, so that no Frontdesk runs on it
 * @throws FrontdeskError `usage`, `unsupported`, `database_corrupt` before anything was changed
 */
export async function restoreBackup(options: {
  readonly directory: Pick<DataDirectory, "path">;
  readonly folder: string;
  readonly now: Date;
  readonly onFile: (done: number, of: number, path: string) => void;
  readonly signal: AbortSignal;
}): Promise<Restored> {
  const { directory, folder, onFile, signal } = options;
  const manifest = readManifest(folder);
  const stamp = options.now.toISOString().replaceAll(/[:.]/gu, "-");
  const staging = join(directory.path, `restoring-${stamp}`);
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  try {
    for (const [index, file] of manifest.files.entries()) {
      signal.throwIfAborted();
      onFile(index, manifest.files.length, file.path);
      await fetch(folder, staging, file);
    }
    forgetWhereVectorsAre(staging);
    const there = readdirSync(directory.path).filter((name) => !STAYS.test(name));
    const away = join(directory.path, `before-restore-${stamp}`);
    if (there.length > 0) mkdirSync(away, { mode: 0o700 });
    for (const name of there) renameSync(join(directory.path, name), join(away, name));
    for (const name of readdirSync(staging)) {
      renameSync(join(staging, name), join(directory.path, name));
    }
    onFile(manifest.files.length, manifest.files.length, "");
    return { manifest, away: there.length > 0 ? away : null };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
