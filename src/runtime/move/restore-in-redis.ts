import type { RedisConnection } from "../stores/redis-connection.ts";
import { dedupeName, timerMember } from "../stores/redis-keys.ts";
import { integer } from "../stores/redis-replies.ts";
import type { KeptInstance, KeptSeen } from "./conversations-source.ts";
import type { KeptMessage } from "./transcripts-source.ts";

/** As long as the store itself keeps them. */
const SEEN_MS = 26 * 60 * 60_000;
const SHOWN_SECONDS = 30 * 24 * 60 * 60;
/** So many in one script. */
const BATCH = 500;

/** Puts single things in place in Redis; true for what was not there before. */
export interface RedisRestoration {
  instance(kept: KeptInstance, now: number): Promise<boolean>;
  seen(kept: KeptSeen, now: number): Promise<void>;
  /** With `isLastHidden` it and what stands before it are out of sight. */
  message(conversation: string, kept: KeptMessage, isLastHidden: boolean): Promise<boolean>;
  shown(keys: readonly string[]): Promise<void>;
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}

/** Writes over this connection. Errors of every call are those of the connection. */
export function createRedisRestoration(options: {
  readonly connection: RedisConnection;
  /** How long transcripts are kept. */
  readonly ttlSeconds: number;
}): RedisRestoration {
  const { connection, ttlSeconds } = options;
  return {
    async instance(kept, now) {
      const { key: name, events, timers, expiresAt } = kept;
      const isWaiting = events.length > 0 || kept.wasHeld;
      const parameters = [
        ...[name, kept.snapshot ?? "", kept.version, kept.deadLetters, kept.updatedAt],
        ...[isWaiting ? 1 : 0, expiresAt === null ? "" : Math.max(1, expiresAt - now)],
        ...[events.length, ...events.flatMap(({ at, event }) => [at, event])],
        timers.length,
        ...timers.flatMap(({ id, token, dueAt }) => [dueAt, timerMember(name, id, token)]),
      ];
      const reply = await connection.run("fdRestoreInstance", name, parameters, `move ${name}`);
      return integer(reply) === 1;
    },
    async seen({ instance, keys }, now) {
      const alive = keys.filter(({ at }) => at + SEEN_MS > now);
      for (const some of batches(alive)) {
        const names = some.flatMap(({ key, at }) => [
          dedupeName(instance, key),
          Math.ceil((at + SEEN_MS - now) / 1_000),
        ]);
        const parameters = [some.length, ...names];
        await connection.run("fdRestoreSeen", instance, parameters, "move what was seen");
      }
    },
    async message(conversation, { key, id, body, removed }, isLastHidden) {
      const parameters = [key, conversation, id, body, ttlSeconds, removed, isLastHidden ? 1 : 0];
      const reply = await connection.runAt("log", "fdRestoreMessage", parameters, "move a message");
      return integer(reply) === 1;
    },
    async shown(keys) {
      for (const some of batches(keys)) {
        const parameters = [SHOWN_SECONDS, ...some];
        await connection.runAt("desk", "fdRestoreShown", parameters, "move what was shown");
      }
    },
  };
}
