import { FrontdeskError, systemErrorCode } from "../../src/core/index.ts";
import { sizeText } from "../size-text.ts";

/** Stays free on the disk, for the databases. */
export const DISK_RESERVE_BYTES = 256 * 1024 ** 2;

/** The disk is asked again after so many bytes. */
const ASK_AFTER_BYTES = 8 * 1024 ** 2;
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Keeps a download from taking the room that others need. */
export interface DiskRoom {
  /** Before so many bytes are written. @throws FrontdeskError `disk_full` when they would go into the reserve */
  take(bytes: number): void;
  /** Runs one step of writing. @throws FrontdeskError `disk_full` when the disk has no room for it */
  write<T>(step: () => Promise<T> | T): Promise<T>;
}

/** @param freeBytes what the disk has now, null when it cannot be told; without it only a disk that is really full ends a download */
export function createDiskRoom(
  path: string,
  isKept: boolean,
  freeBytes?: () => number | null,
): DiskRoom {
  const advice = isKept
    ? "Free some and run the same command again: what has come is kept."
    : "Free some and run the same command again.";
  let leftBytes = 0;
  return {
    take: (bytes) => {
      leftBytes -= bytes;
      if (leftBytes >= 0 || freeBytes === undefined) return;
      const free = freeBytes() ?? Number.POSITIVE_INFINITY;
      leftBytes = ASK_AFTER_BYTES - bytes;
      if (free - bytes >= DISK_RESERVE_BYTES) return;
      throw new FrontdeskError(
        "disk_full",
        `There is too little room for ${path}: ${sizeText(free)} are free, of which ${sizeText(DISK_RESERVE_BYTES)} stay free ` +
          `for the databases. ${advice}`,
      );
    },
    write: async (step) => {
      try {
        return await step();
      } catch (error) {
        if (!FULL.has(systemErrorCode(error) ?? "")) throw error;
        throw new FrontdeskError("disk_full", `There is no space left for ${path}. ${advice}`, {
          cause: error,
        });
      }
    },
  };
}
