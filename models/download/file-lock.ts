import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { FrontdeskError, systemErrorCode } from "../../src/core/index.ts";

/** Says that this process works on a file. */
export interface FileLock {
  release(): void;
}

/** Who holds a lock. In containers the next process often has the same number as the one before: its start tells them apart. */
interface Owner {
  readonly pid: number;
  /** As the system counts it; null where that is not told. */
  readonly startedAt: string | null;
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
    writeFileSync(path, [process.pid, startOf(process.pid) ?? ""].join(" ").trim(), { flag: "wx" });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(path: string): Owner | null {
  try {
    const [first, startedAt = null] = readFileSync(path, "utf8").split(" ");
    const pid = Number(first);
    return Number.isInteger(pid) && pid > 0 ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, startedAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) !== "EPERM") return false;
  }
  const start = startOf(pid);
  return startedAt === null || start === null || startedAt === start;
}

/** When a process started, in ticks since the system did; null where the system does not say it so (it is Linux that does). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold anything, brackets too; the start is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isSame(one: Owner | null, other: Owner | null): boolean {
  return one?.pid === other?.pid && one?.startedAt === other?.startedAt;
}

/** Moves it aside first: should another process have taken it over meanwhile, it gets its lock back. */
function clearAway(path: string, deadOwner: Owner | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (!isSame(ownerOf(aside), deadOwner)) linkSync(aside, path);
  } catch {
    // Somebody else was faster; the next attempt sees what is there.
  }
  rmSync(aside, { force: true });
}

function running(target: string, path: string, owner: Owner | null): FrontdeskError {
  const who = owner === null ? "Another process" : `Another process (${owner.pid})`;
  return new FrontdeskError(
    "download_running",
    `${who} is fetching ${target} already. Wait for it; if there is no such process, remove ${path}.`,
    { retryable: true },
  );
}
