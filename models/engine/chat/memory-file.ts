import { lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { isAlive, ownerTag, ownProcess, taggedOwner } from "../../process-owner.ts";

/** `TMPFS_MAGIC` of Linux' statfs(2). */
const TMPFS = 0x01_02_19_94;
const PREFIX = "frontdesk-state-";

/** Where Linux keeps files in memory. */
export const MEMORY_FOLDER = "/dev/shm";

/** Whether files in this folder stay in memory and never reach a disk. */
export function isInMemory(folder: string): boolean {
  try {
    return statfsSync(folder).type === TMPFS;
  } catch {
    return false; // not Linux
  }
}

/** Lends a path in a folder of its own that nobody else may read; both are gone afterwards. */
export async function withMemoryFile<T>(
  folder: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(folder, PREFIX + ownerTag(ownProcess())));
  try {
    return await use(join(own, "state"));
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Clears away what processes of ours left when they died: it can be read by whoever may read the folder. */
export function clearMemoryFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.uid !== process.getuid?.()) continue;
    const owner = taggedOwner(name.slice(PREFIX.length));
    if (owner === null || !isAlive(owner)) rmSync(path, { recursive: true, force: true });
  }
}
