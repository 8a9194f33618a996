import type { Logger } from "./ports/logger.ts";

/** Holds what was opened, and closes it in reverse; a part that fails to close does not keep the others. */
export interface OpenedParts {
  add<Part extends { close(): Promise<void> }>(part: Part): Part;
  close(): Promise<void>;
}

/** Starts with nothing open. */
export function createOpenedParts(logger: Logger): OpenedParts {
  const closers: (() => Promise<void>)[] = [];
  return {
    add(part) {
      closers.push(() => part.close());
      return part;
    },
    async close() {
      for (const close of closers.splice(0).toReversed()) {
        await close().catch((error: unknown) => {
          logger.error({ err: error }, "a part did not close");
        });
      }
    },
  };
}
