import { z } from "zod";
import type { ReplyAddress } from "../../src/core/index.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { PressedAt } from "./decode-interaction.ts";

/**
 * Messages that hold what could not be shown to somebody where he asked: direct ones, and ephemeral ones in the channel itself
 * for a thread in which nobody has replied yet. What is pressed on one belongs to the place in which the question was asked.
 */
export interface StandIns {
  note(channel: string, ts: string, place: StoodFor): Promise<void>;
  /** The press as if it had been made where the question was asked; any other press as it is. */
  resolve(at: PressedAt): Promise<PressedAt>;
}

type StoodFor = Pick<ReplyAddress, "channelId" | "threadId">;

const stoodForSchema = z.object({ channelId: z.string(), threadId: z.string().nullable() });
const KEPT_MS = 30 * 24 * 3_600_000;

function standInName(channel: string, ts: string): string {
  return `stands-for:${channel}/${ts}`;
}

export function createStandIns(memory: Remembered): StandIns {
  return {
    note: (channel, ts, { channelId, threadId }) =>
      memory.set(standInName(channel, ts), { channelId, threadId }, KEPT_MS),
    async resolve(at) {
      if (at.channel === null || at.ts === null) return at;
      const place = await memory.get(standInName(at.channel, at.ts), stoodForSchema);
      if (place === null) return at;
      const { channelId: channel, threadId: thread } = place;
      return { ...at, channel, thread, isEphemeral: true, isStandIn: true };
    },
  };
}
