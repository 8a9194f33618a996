import { type CasePlace, type HandoffPacket, isFrontdeskError, timeLimit } from "../core/index.ts";
import type { DeskUpdate, HumanDesk } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";
import type { PlatformAdapter } from "../ports/platform-adapter.ts";

/** A case does not wait longer for the name of a channel. */
const LOOK_UP_MS = 3_000;

/** A desk at which each case says where its customer asked, as people name the place. What the platform does not say is left out. */
export function createPlacedDesk(
  desk: HumanDesk,
  parts: {
    readonly adapters: readonly Pick<PlatformAdapter, "channel" | "placeOf">[];
    readonly logger: Logger;
  },
): HumanDesk {
  const { adapters, logger } = parts;

  const placeOf = async (
    { address }: HandoffPacket,
    signal: AbortSignal,
  ): Promise<CasePlace | null> => {
    const adapter = adapters.find(({ channel }) => channel.platform === address?.platform);
    if (address === undefined || adapter?.placeOf === undefined) return null;
    const limit = AbortSignal.any([signal, timeLimit(LOOK_UP_MS)]);
    try {
      return await adapter.placeOf(address, { signal: limit });
    } catch (error) {
      signal.throwIfAborted();
      if (!isFrontdeskError(error) && !limit.aborted) throw error;
      logger.info({ err: error }, "the name of the place of a case was not found out");
      return null;
    }
  };

  const placed = async (packet: HandoffPacket, signal: AbortSignal): Promise<HandoffPacket> => {
    const place = await placeOf(packet, signal);
    return place === null ? packet : { ...packet, place };
  };

  const withPlace = async (update: DeskUpdate, signal: AbortSignal): Promise<DeskUpdate> => {
    if (update.type === "opened") {
      const { record } = update;
      return { ...update, record: { ...record, packet: await placed(record.packet, signal) } };
    }
    if (update.type !== "revised" || update.packet === undefined) return update;
    return { ...update, packet: await placed(update.packet, signal) };
  };

  return {
    publish: async (update, call) => desk.publish(await withPlace(update, call.signal), call),
  };
}
