import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import type { From } from "./decode-interaction.ts";
import type { Responder } from "./responder.ts";

/** Does what somebody waits for after a first "thinking …". When it fails for good he is told; what may still work is thrown. */
export type OrTell = (from: From, work: () => Promise<void>) => Promise<void>;

export function createOrTell(
  { logger, signal }: Pick<AdapterParts, "logger" | "signal">,
  responder: Pick<Responder, "edit">,
): OrTell {
  return async (from, work) => {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      // Whoever called tries it again.
      if (isFrontdeskError(error) && error.retryable) throw error;
      logger.warn({ reason: errorMessage(error) }, "what somebody waits for failed");
      logger.debug({ err: error }, "details of it");
      await responder.edit(from, { content: commandLabels(from.language).failed });
    }
  };
}
