import { z } from "zod";
import { type ConversationId, dayOf, fingerprint } from "../core/index.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Talk, TalkLog } from "../ports/talk-log.ts";

const KEPT_MS = 400 * 24 * 3_600_000;
/** A memory lists some thousand names at once: those of a day lie in so many heaps. */
const HEAPS = [..."0123456789abcdef"];
const MAX_OF_A_HEAP = 5_000;

const keptSchema = z.object({ teams: z.array(z.string()) });

function heapOf(day: string, heap: string): string {
  return `talk:${day}:${heap}:`;
}

function nameOf(id: ConversationId, at: number): string {
  const mark = fingerprint(id);
  return `${heapOf(dayOf(at), mark.slice(0, 1))}${mark}`;
}

/** Keeps which conversations there were on a day in the installation's memory: in a file, or in Redis for all processes. */
export function createTalkLog(memory: KeyedMemory): TalkLog {
  return {
    async asked(id, at) {
      await memory.claim(nameOf(id, at), { teams: [] }, KEPT_MS);
    },
    async handedOver(id, team, at) {
      const name = nameOf(id, at);
      const teams = keptSchema.safeParse(await memory.get(name)).data?.teams ?? [];
      await memory.set(name, { teams: [...new Set([...teams, team ?? ""])] }, KEPT_MS);
    },
    async list(days) {
      const talks: Talk[] = [];
      for (const day of days) {
        for (const heap of HEAPS) {
          const start = heapOf(day, heap);
          for (const { name, value } of await memory.list(start, MAX_OF_A_HEAP)) {
            const kept = keptSchema.safeParse(value);
            if (kept.success) talks.push({ day, id: name.slice(start.length), ...kept.data });
          }
        }
      }
      return talks;
    },
  };
}
