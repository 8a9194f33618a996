import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { FrontdeskError, type InstanceAddress, instanceKey } from "../../core/index.ts";

/** What lies together in one slot, whatever the number of shards: transcripts, the desk, the keyed memory. */
export type RedisPlace = "log" | "desk" | "memory";

/** What lies alone, or is a channel. */
type RedisName = "meta" | "n" | "budget" | "told" | "log-events" | "desk-events";

/**
 * Names every key that the Redis store uses: `fd:meta` and `fd:n` (channel for nudges) for all, and per shard, with the
 * hash tag that keeps it in one Cluster slot:
 *
 * | key | type | holds |
 * |---|---|---|
 * | `fd:{3}:i:<instance>` | hash | snapshot, fence and what else belongs to one instance (fields: see the scripts' prelude) |
 * | `fd:{3}:m:<instance>` | list | unread events, each `seq at json` |
 * | `fd:{3}:d:<digest>` | string | one dedupe key, for a day |
 * | `fd:{3}:ready:<kind>:<version>` | zset | instances that wait for a worker, by since when |
 * | `fd:{3}:classes` | set | every `<kind>:<version>` that there ever was |
 * | `fd:{3}:leased` | zset | held instances, by the end of their lease |
 * | `fd:{3}:timers` | zset | instance, timer id and token, by when due |
 * | `fd:{3}:idle` | zset | instances that may be forgotten, by when |
 * | `fd:{3}:dead` | zset | instances with dead letters, by when told |
 * | `fd:{3}:outbox` | zset | instances whose outbox is not empty, by how many effects wait there |
 * | `fd:{3}:all:<kind>` | zset | every instance, by last change |
 * | `fd:{3}:fence` | string | the last fence given out in this shard |
 *
 * Beside them, each in one slot: `fd:{log}:…` (transcripts of console and HTTP conversations), `fd:{desk}:…` (cases) and
 * `fd:{memory}:…` (keyed memory), laid out in the comments of their scripts; and each alone in its slot `fd:budget:<bucket>` and
 * `fd:told:<bucket>` (strings that live as long as the window of a budget). `fd:log-events` and `fd:desk-events` are channels
 * for those who watch.
 *
 * Scripts are handed the base `key(prefix, shard)` and append the names of the table themselves.
 */
export function key(prefix: string, part: number | RedisPlace | RedisName): string {
  const isTagged = typeof part === "number" || PLACES.has(part);
  return isTagged ? `${prefix}:{${part}}:` : `${prefix}:${part}`;
}

/** A name beside a base, in its slot, under which nothing ever lies: every script declares it as its second key. */
export function guardOf(base: string): string {
  return `${base}~`;
}

const PLACES: ReadonlySet<string> = new Set(["log", "desk", "memory"] satisfies RedisPlace[]);

/** The shard of an instance; the same in every process and release. */
export function shardOf(instance: string, shards: number): number {
  return crc32(instance) % shards;
}

/** A short name of constant length for a dedupe key. It is the instance's own: the same text means nothing to another. */
export function dedupeName(instance: string, dedupeKey: string): string {
  return hash("sha1", `${instance}\0${dedupeKey}`, "buffer").toString("base64url", 0, 16);
}

/** The text form of an address, checked to be one that can be told apart inside a timer's name. */
export function mailboxName(instance: InstanceAddress): string {
  return withoutNul(instanceKey(instance), "address");
}

/** A timer's member in the sorted set. */
export function timerMember(instance: string, id: string, token: string): string {
  return `${instance}\0${withoutNul(id, "timer id")}\0${token}`;
}

function withoutNul(text: string, what: string): string {
  if (!text.includes("\0")) return text;
  throw new FrontdeskError("internal", `The ${what} of an instance contains a NUL character.`);
}
