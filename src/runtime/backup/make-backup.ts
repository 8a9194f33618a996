import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FrontdeskError } from "../../core/index.ts";
import { copySqliteFile } from "../stores/sqlite-copy.ts";
import { type BackupManifest, hashOf, MANIFEST, newManifest } from "./manifest.ts";

/** What can be made again (vectors in Chroma), is fetched again (models), or belongs to one process only. */
const LEFT_OUT = new Set(["chroma", "models", "owner.json", "worker-name", ".probe"]);
const LEFT_OUT_NAMES =
  /\.(?:sock|log|pid)$|^(?:owner\.lock|moved-to-redis|before-restore|restoring)-/u;
/** Belongs to a database, whose copy is whole without it. */
const JOURNAL = /\.db-(?:wal|shm|journal)$/u;

function filesIn(folder: string, under = ""): readonly string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    if (under === "" && LEFT_OUT.has(entry.name)) return [];
    if (LEFT_OUT_NAMES.test(entry.name) || JOURNAL.test(entry.name)) return [];
    const path = under === "" ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(folder, path);
    return entry.isFile() ? [path] : [];
  });
}

function prepareFolder(folder: string, dataDir: string): void {
  if (`${resolve(folder)}/`.startsWith(`${resolve(dataDir)}/`)) {
    throw new FrontdeskError(
      "usage",
      `${folder} lies in the data directory itself, where it would be lost with it. Name a folder elsewhere.`,
    );
  }
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0)) {
    throw new FrontdeskError(
      "usage",
      `${folder} exists already and is not empty. Name a new folder for the backup.`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Copies what a data directory holds into a new folder, also while Frontdesk runs: each database as it stands at one moment.
 * @throws FrontdeskError `usage`, `database_corrupt`, `disk_full`, `data_dir_unusable`
 */
export async function makeBackup(options: {
  readonly dataDir: string;
  readonly folder: string;
  readonly version: string;
  readonly conversations: BackupManifest["conversations"];
  readonly now: Date;
  readonly onFile: (done: number, of: number, path: string) => void;
  readonly signal: AbortSignal;
}): Promise<BackupManifest> {
  const { dataDir, folder, onFile, signal } = options;
  if (!existsSync(dataDir)) {
    throw new FrontdeskError("usage", `There is no data directory ${dataDir} to back up.`);
  }
  const paths = filesIn(dataDir);
  prepareFolder(folder, dataDir);
  const files: BackupManifest["files"] = [];
  for (const [index, path] of paths.entries()) {
    signal.throwIfAborted();
    onFile(index, paths.length, path);
    const [from, to] = [join(dataDir, path), join(folder, path)];
    const isDatabase = path.endsWith(".db");
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    if (isDatabase) copySqliteFile(from, to);
    else copyFileSync(from, to);
    files.push({ path, bytes: statSync(to).size, sha256: await hashOf(to), isDatabase });
  }
  onFile(paths.length, paths.length, MANIFEST);
  const { version: frontdesk, conversations, now } = options;
  const manifest = newManifest({ frontdesk, createdAt: now.toISOString(), conversations, files });
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}
