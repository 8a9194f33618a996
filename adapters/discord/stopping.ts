import { z } from "zod";
import type { Remembered } from "../shared/remembered.ts";
import { discordMessageId } from "./ids.ts";
import type { DiscordMessage } from "./payloads.ts";
import { askerName } from "./taking-in.ts";

/** Whose answer is ended by "Stop" under a growing text. */
export interface Stopping {
  /** Notes of a text that is about to grow what it answers. @param mark on its button */
  note(mark: string, question: string): Promise<void>;
  /** Who asked what this text answers; null when that is not known any more. */
  askerOf(mark: string, shown: DiscordMessage): Promise<string | null>;
}

const DAY_MS = 24 * 3_600_000;

export function createStopping(memory: Remembered): Stopping {
  const nameOf = (mark: string): string => `answering:${mark}`;
  return {
    note: (mark, question) => memory.set(nameOf(mark), question, DAY_MS),
    async askerOf(mark, shown) {
      const noted = await memory.get(nameOf(mark), z.string());
      const question = shown.message_reference?.message_id;
      if (noted !== null) return memory.get(askerName(noted), z.string());
      if (question === undefined) return null;
      return memory.get(askerName(discordMessageId(shown.channel_id, question)), z.string());
    },
  };
}
