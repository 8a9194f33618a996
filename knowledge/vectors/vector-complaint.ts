import { errorMessage } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { DeadlinePassed } from "../deadline.ts";
import type { VectorFailure } from "./vector-search.ts";

/** A busy machine lets down one question after the other: it is told once a minute. */
const PAUSE_MS = 60_000;

/**
 * Tells the log that a question went without the embedding model or without Chroma: at `warn`, at most once a minute with
 * the number of those in between. While the model loads that is expected, and told at `debug`.
 */
export function createVectorComplaint(options: {
  readonly logger: Pick<Logger, "warn" | "debug">;
  readonly clock: Pick<Clock, "now">;
}): (failure: VectorFailure) => void {
  const { logger, clock } = options;
  let toldAt: number | null = null;
  let untold = 0;
  return ({ part, error }) => {
    const details = { part, reason: errorMessage(error) };
    if (part === "loading" && error instanceof DeadlinePassed) {
      logger.debug(details, "answered without vectors");
      return;
    }
    const now = clock.now();
    if (toldAt !== null && now - toldAt < PAUSE_MS) {
      untold += 1;
      return;
    }
    logger.warn(
      { ...details, before: untold },
      part === "neighbours"
        ? "Chroma did not answer in time or failed; a question went on without it"
        : "a question was answered by words only: the embedding model did not answer in time or failed",
    );
    toldAt = now;
    untold = 0;
  };
}
