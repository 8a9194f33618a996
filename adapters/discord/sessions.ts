import type { SessionInfo } from "@discordjs/ws";
import { z } from "zod";
import type { Remembered } from "../shared/remembered.ts";

/** Discord forgets sessions after some minutes; one that it no longer knows costs a new one, and nothing else. */
const KEPT_MS = 10 * 60_000;
/** What is taken in within this time is noted together. */
const NOTE_MS = 250;

const sessionSchema = z.object({
  sessionId: z.string(),
  resumeURL: z.string(),
  sequence: z.number(),
  shardId: z.number(),
  shardCount: z.number(),
});

/**
 * Where the gateway's sessions stand: for the library what was received, for the next process what was durably taken in. So a
 * process that dies goes on where it was, and gets again what it had not taken in.
 */
export interface Sessions {
  /** Reads what an earlier process left. */
  load(shards: readonly number[]): Promise<void>;
  retrieve(shard: number): SessionInfo | null;
  update(shard: number, session: SessionInfo | null): void;
  /** An event was received; call what is returned when it is durably taken in. */
  received(shard: number, sequence: number): () => void;
  /** From now on sessions that the library ends stay good for the next process. */
  freeze(): void;
  /** Notes everything that is taken in. */
  close(): Promise<void>;
}

interface Shard {
  session: SessionInfo | null;
  /** Received and not yet taken in. */
  readonly open: Set<number>;
  newest: number;
}

export function createSessions(memory: Remembered): Sessions {
  const shards = new Map<number, Shard>();
  let timer: NodeJS.Timeout | null = null;
  let isFrozen = false;
  let last: Promise<void> = Promise.resolve();

  const shardOf = (id: number): Shard => {
    const known = shards.get(id);
    if (known !== undefined) return known;
    const shard: Shard = { session: null, open: new Set(), newest: 0 };
    shards.set(id, shard);
    return shard;
  };

  const nameOf = (id: number): string => `session:${id}`;

  /** Everything up to here is taken in. */
  const takenIn = ({ open, newest }: Shard): number =>
    open.size === 0 ? newest : Math.min(...open) - 1;

  const note = async (): Promise<void> => {
    for (const [id, shard] of shards) {
      const { session } = shard;
      if (session === null) continue;
      await memory.set(nameOf(id), { ...session, sequence: takenIn(shard) }, KEPT_MS);
    }
  };

  const noteSoon = (): void => {
    if (timer !== null || isFrozen) return;
    timer = setTimeout(() => {
      timer = null;
      // The next note says the same again.
      last = note().catch(() => {});
    }, NOTE_MS);
    timer.unref();
  };

  return {
    async load(ids) {
      for (const id of ids) {
        const session = await memory.get(nameOf(id), sessionSchema);
        const shard = shardOf(id);
        shard.session = session;
        shard.newest = session?.sequence ?? 0;
      }
    },
    retrieve: (id) => shardOf(id).session,
    update(id, session) {
      const shard = shardOf(id);
      if (isFrozen) return;
      if (session?.sessionId !== shard.session?.sessionId) {
        shard.open.clear();
        shard.newest = session?.sequence ?? 0;
      }
      shard.session = session;
      if (session === null) void memory.delete(nameOf(id)).catch(() => {});
    },
    received(id, sequence) {
      const shard = shardOf(id);
      shard.open.add(sequence);
      shard.newest = Math.max(shard.newest, sequence);
      return () => {
        shard.open.delete(sequence);
        noteSoon();
      };
    },
    freeze() {
      isFrozen = true;
    },
    async close() {
      isFrozen = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await last;
      await note();
    },
  };
}
