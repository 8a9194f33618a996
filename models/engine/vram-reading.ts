import type { Llama } from "node-llama-cpp";
import type { Timers } from "./timers.ts";

/** Asking the driver takes time that answers need; what a model takes hardly changes once it is loaded. */
const READ_EVERY_MS = 10_000;

/** How much video memory is used. */
export interface VramReading {
  /** As of the last look, which is at most 10 seconds old while somebody asks; null without a GPU, and before the first look. */
  usedBytes(): number | null;
}

/** Looks at once, and again when somebody asks later. */
export function createVramReading(
  llama: Pick<Llama, "gpu" | "getVramState">,
  { now }: Pick<Timers, "now">,
): VramReading {
  let used: number | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  const read = (): void => {
    if (llama.gpu === false || now() - readAt < READ_EVERY_MS) return;
    readAt = now();
    llama.getVramState().then(
      (state) => {
        used = state.used;
      },
      () => {
        used = null;
      },
    );
  };
  read();
  return {
    usedBytes: () => {
      read();
      return used;
    },
  };
}
