import { readFileSync } from "node:fs";
import { systemErrorCode } from "../src/core/index.ts";

/**
 * Whose file something is. In containers the next process often has the same number as the one before: its start tells them
 * apart.
 */
export interface ProcessOwner {
  readonly pid: number;
  /** In ticks since the system started; null where the system does not say it so (it is Linux that does). */
  readonly startedAt: string | null;
}

/** This process. */
export function ownProcess(): ProcessOwner {
  return { pid: process.pid, startedAt: startOf(process.pid) };
}

/** Whether that very process still runs. */
export function isAlive({ pid, startedAt }: ProcessOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) !== "EPERM") return false;
  }
  const start = startOf(pid);
  return startedAt === null || start === null || startedAt === start;
}

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold anything, brackets too; the start is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Goes into the names of files that are of no use once their process has ended. */
export function ownerTag({ pid, startedAt }: ProcessOwner): string {
  return `${pid}.${startedAt ?? ""}_`;
}

/** The owner that a name begins with; null when it names none. */
export function taggedOwner(name: string): ProcessOwner | null {
  const [, pid, startedAt] = /^(\d+)\.(\d*)_/u.exec(name) ?? [];
  if (pid === undefined) return null;
  return { pid: Number(pid), startedAt: startedAt === "" ? null : (startedAt ?? null) };
}
