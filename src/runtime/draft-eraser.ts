import { type InstanceAddress, messageId, timeLimit } from "../core/index.ts";
import type { Channel } from "../ports/channel.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "./backoff.ts";
import { placeOf } from "./draft-place.ts";
import { parseLeniently } from "./json.ts";
import { keyOf } from "./keys.ts";
import { persistedSchema } from "./snapshot.ts";

/** Takes half-written answers of removed conversations back from their platform. */
export interface DraftEraser {
  /**
   * Takes back what the last snapshot of a removed instance shows as a growing answer. Of a post that may still be on its way
   * the arrival is waited for. Never throws: what cannot be taken back is told in the log.
   */
  takeBack(instance: InstanceAddress, snapshot: string): Promise<void>;
}

const keptSchema = persistedSchema.pick({ birth: true, draft: true });
const CALL_MS = 10_000;

/** Makes the eraser of a process; a platform that is not configured here is left alone. */
export function createDraftEraser(options: {
  readonly channels: readonly Channel[];
  readonly logger: Logger;
}): DraftEraser {
  const { logger } = options;
  const channelOf = (platform: string): Channel | null =>
    options.channels.find((channel) => channel.platform === platform) ?? null;

  const erase = async (instance: InstanceAddress, snapshot: string): Promise<void> => {
    const kept = keptSchema.safeParse(parseLeniently(snapshot));
    const draft = kept.data?.draft ?? null;
    if (!kept.success || draft === null) return;
    const place = placeOf(draft, { channelOf });
    if (place === null) throw new Error("its platform is not configured in this process");
    const { channel, address } = place;
    const find = async (): Promise<string | null> => {
      const key = keyOf(instance, kept.data, draft.token);
      const found = await channel.find(key, address, { signal: timeLimit(CALL_MS) });
      return found?.messageId ?? null;
    };
    let id = draft.messageId ?? (await find());
    if (id === null) {
      await pause(channel.settleMs ?? CALL_MS, new AbortController().signal);
      id = await find();
    }
    if (id !== null) await channel.remove(messageId(id), address, { signal: timeLimit(CALL_MS) });
  };

  return {
    takeBack: (instance, snapshot) =>
      erase(instance, snapshot).catch((error: unknown) => {
        const told = { err: error, instance: instance.id };
        logger.error(told, "a half-written answer of a deleted conversation still stands");
      }),
  };
}
