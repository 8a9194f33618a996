import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { FrontdeskError, systemErrorCode } from "../../src/core/index.ts";
import { isAlive, ownProcess, type ProcessOwner } from "../process-owner.ts";

/** Says that this process works on a file. */
export interface FileLock {
  release(): void;
}

/**
 * Keeps two processes from writing the same file. What a process that died has left behind is cleared away.
 * @param target the file that is worked on; the lock lies beside it
 * @throws FrontdeskError `download_running` when a living process has it
 */
export function lockFile(target: string): FileLock {
  const path = `${target}.lock`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path)) return { release: () => rmSync(path, { force: true }) };
    const owner = ownerOf(path);
    if (owner !== null && isAlive(owner)) throw running(target, path, owner);
    clearAway(path, owner);
  }
  throw running(target, path, ownerOf(path));
}

function create(path: string): boolean {
  try {
    const { pid, startedAt } = ownProcess();
    writeFileSync(path, [pid, startedAt ?? ""].join(" ").trim(), { flag: "wx" });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(path: string): ProcessOwner | null {
  try {
    const [first, startedAt = null] = readFileSync(path, "utf8").split(" ");
    const pid = Number(first);
    return Number.isInteger(pid) && pid > 0 ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}

function isSame(one: ProcessOwner | null, other: ProcessOwner | null): boolean {
  return one?.pid === other?.pid && one?.startedAt === other?.startedAt;
}

/** Moves it aside first: should another process have taken it over meanwhile, it gets its lock back. */
function clearAway(path: string, deadOwner: ProcessOwner | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (!isSame(ownerOf(aside), deadOwner)) linkSync(aside, path);
  } catch {
    // Somebody else was faster; the next attempt sees what is there.
  }
  rmSync(aside, { force: true });
}

function running(target: string, path: string, owner: ProcessOwner | null): FrontdeskError {
  const who = owner === null ? "Another process" : `Another process (${owner.pid})`;
  return new FrontdeskError(
    "download_running",
    `${who} is fetching ${target} already. Wait for it; if there is no such process, remove ${path}.`,
    { retryable: true },
  );
}
