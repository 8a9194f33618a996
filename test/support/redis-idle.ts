import type { Turn } from "../../src/core/index.ts";
import { claiming, committing, dialogue, say } from "../contract/conversation-store-steps.ts";
import type { RedisServer } from "./redis-server.ts";
import { redisStoreFixture } from "./redis-store.ts";

const CONVERSATIONS = 300;
const WORDS =
  "the printer on floor three wants a certificate before it lets anybody scan to mail so ask the desk for one and try again tomorrow".split(
    " ",
  );

/** About 180 characters, another text for every place. */
function textOf(conversation: number, turn: number): string {
  const words = Array.from(
    { length: 34 },
    (_, index) => WORDS[(conversation * 7 + turn * 13 + index * index) % WORDS.length] ?? "",
  );
  return words.join(" ").slice(0, 180);
}

/** A snapshot as the runtime writes it, with the last 20 turns and a summary of what was before. */
function snapshotOf(conversation: number): string {
  const turns: Turn[] = Array.from({ length: 20 }, (_, turn) => ({
    role: turn % 2 === 0 ? "user" : "bot",
    text: textOf(conversation, turn),
    at: 1_764_000_000_000 + turn * 1_000,
    language: "en",
    decision: turn % 2 === 0 ? null : "answer",
    name: turn % 2 === 0 ? "Ada" : "Frontdesk",
  }));
  const summary = Array.from({ length: 4 }, (_, part) => textOf(conversation, 40 + part))
    .join(" ")
    .slice(0, 600);
  const context = { turns, summary, pending: [], language: "en", misses: 0, rounds: 0 };
  const runtime = { rev: 41, tasks: {}, timers: {}, outbox: [], deadLetters: [], draft: null };
  return JSON.stringify({ v: 1, value: "idle", context, ...runtime, turn: null });
}

/** Bytes of all keys of the store but the dedupe keys, which live for a day and not as long as a conversation. */
async function bytesUnder(server: RedisServer, prefix: string): Promise<number> {
  const names = (await server.command("KEYS", `${prefix}:*`)).split(",");
  let bytes = 0;
  for (const name of names.filter((key) => !/:\{\d+\}:d:/u.test(key))) {
    bytes += Number(await server.command("MEMORY", "USAGE", name, "SAMPLES", "0"));
  }
  return bytes;
}

/** What idle conversations of 20 turns take in this server. */
export async function measureIdleConversations(server: RedisServer): Promise<{
  readonly conversations: number;
  readonly bytesEach: number;
  readonly leastSnapshotCharacters: number;
}> {
  const prefix = "memory";
  const { store, dispose } = await redisStoreFixture(server.url, { keyPrefix: prefix });
  for (let index = 0; index < CONVERSATIONS; index += 1) {
    const id = `slack:T0123456789:C0123456789:${1_764_000_000 + index}.000100`;
    await say(store, dialogue(id), "hi");
  }
  const claims = await store.claim(claiming({ limit: CONVERSATIONS }));
  const snapshots = claims.map((_, index) => snapshotOf(index));
  for (const [index, { lease, inbox }] of claims.entries()) {
    await store.commit(
      lease,
      committing({
        consumedThrough: inbox.at(-1)?.seq ?? null,
        snapshot: snapshots[index] ?? "",
        release: true,
        idleTtlMs: 30 * 86_400_000,
      }),
    );
  }
  const bytes = await bytesUnder(server, prefix);
  await dispose();
  return {
    conversations: claims.length,
    bytesEach: bytes / claims.length,
    leastSnapshotCharacters: Math.min(...snapshots.map((text) => text.length)),
  };
}
