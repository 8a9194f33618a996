import { FrontdeskError, parseInstanceKey } from "../../core/index.ts";
import type { InstanceSummary, RemovedInstance } from "../../ports/conversation-directory.ts";
import type { Claim, Renewal, StoredEvent } from "../../ports/conversation-store.ts";

/** Reads what the claim script returns. */
export function decodeClaims(reply: unknown, owner: string): readonly Claim[] {
  const [now, rows] = list(reply);
  return list(rows).map((row) => {
    const [key, fence, snapshot, inbox] = list(row);
    return {
      lease: { instance: decodeAddress(key), owner, fence: integer(fence) },
      snapshot: snapshot === null ? null : text(snapshot),
      inbox: list(inbox).map(decodeEvent),
      now: integer(now),
    };
  });
}

/** Reads what the renew script returns; null means that the lease is lost. */
export function decodeRenewal(reply: unknown): Renewal | null {
  if (reply === null) return null;
  const [now, inbox] = list(reply);
  return { now: integer(now), inbox: list(inbox).map(decodeEvent) };
}

/** Reads rows of the directory's scripts. */
export function decodeSummaries(reply: unknown): readonly InstanceSummary[] {
  return list(reply).map((row) => {
    const [key, updatedAt, version, unread, leased, timers, deadLetters] = list(row);
    return {
      instance: decodeAddress(key),
      updatedAt: integer(updatedAt),
      version: integer(version),
      unread: integer(unread),
      isLeased: integer(leased) === 1,
      timers: integer(timers),
      deadLetters: integer(deadLetters),
    };
  });
}

/** Reads what the remove script returns; null means that there was nothing. */
export function decodeRemoved(reply: unknown): RemovedInstance | null {
  if (reply === null) return null;
  const [snapshot = null] = list(reply);
  return { snapshot: textOrNull(snapshot) };
}

/** Reads a list of whole numbers. */
export function decodeIntegers(reply: unknown): readonly number[] {
  return list(reply).map(integer);
}

/** Reads one whole number. */
export function integer(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw unexpected("a number");
}

/** Reads a text, or null where there is none. */
export function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

/** A mailbox holds `seq at json`. */
function decodeEvent(entry: unknown): StoredEvent {
  const stored = text(entry);
  const first = stored.indexOf(" ");
  const second = stored.indexOf(" ", first + 1);
  const event: unknown = JSON.parse(stored.slice(second + 1));
  return {
    seq: Number(stored.slice(0, first)),
    at: Number(stored.slice(first + 1, second)),
    event,
  };
}

function decodeAddress(key: unknown): Claim["lease"]["instance"] {
  const instance = parseInstanceKey(text(key));
  if (instance === null) throw unexpected("an instance's address");
  return instance;
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected("a list");
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw unexpected("a text");
}

function unexpected(what: string): FrontdeskError {
  return new FrontdeskError("internal", `A script of the Redis store did not return ${what}.`);
}
