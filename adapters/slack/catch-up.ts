import type { Clock } from "../../src/ports/clock.ts";
import type { Logger } from "../../src/ports/logger.ts";

/** Looks for what was asked while nobody listened. */
export interface CatchUp {
  /** Reads every place from where it was last read. Resolves when all is taken in; failures are logged. */
  catchUp(): Promise<void>;
}

/** How a platform is read again. */
export interface CatchUpParts<Place extends { readonly channel: string }, Question> {
  /** Where something may not have been heard. */
  readonly places: () => Promise<readonly Place[]>;
  /** What is new in a place and meant for the bot, oldest first. */
  readonly read: (place: Place) => Promise<readonly Question[]>;
  /** When it was asked, in milliseconds since the epoch. */
  readonly timeOf: (question: Question) => number;
  /** Takes a question in; false when it was heard all the same. */
  readonly takeIn: (question: Question) => Promise<boolean>;
  /** Whether an old question was heard all the same: by another process, or before the connection broke. */
  readonly wasHeard: (question: Question) => Promise<boolean>;
  /** Asks whether an old question still matters. */
  readonly offer: (question: Question) => Promise<void>;
  /** Younger questions are answered, older ones are asked about. */
  readonly freshMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Questions that are only asked about: more would be a storm. */
const MAX_OFFERS = 10;

/** Answers what is young, asks about what is old, and never begins a second round before the first is over. */
export function createCatchUp<Place extends { readonly channel: string }, Question>(
  parts: CatchUpParts<Place, Question>,
): CatchUp {
  const { clock, logger, signal } = parts;

  const readAll = async (): Promise<void> => {
    let offers = 0;
    let taken = 0;
    for (const place of await parts.places()) {
      try {
        for (const question of await parts.read(place)) {
          const isFresh = clock.now() - parts.timeOf(question) <= parts.freshMs;
          if (isFresh && (await parts.takeIn(question))) taken += 1;
          if (isFresh || offers >= MAX_OFFERS || (await parts.wasHeard(question))) continue;
          offers += 1;
          await parts.offer(question);
        }
      } catch (error) {
        if (signal.aborted) return;
        const { channel } = place;
        logger.info({ err: error, channel }, "a channel could not be read again");
      }
    }
    if (taken + offers > 0)
      logger.info({ taken, offers }, "questions from the time without connection");
  };

  let running: Promise<void> | null = null;
  let isWantedAgain = false;
  const run = async (): Promise<void> => {
    do {
      isWantedAgain = false;
      await readAll();
    } while (isWantedAgain && !signal.aborted);
  };

  return {
    catchUp() {
      // A connection that comes and goes asks for it again and again.
      isWantedAgain = running !== null;
      running ??= run().finally(() => {
        running = null;
      });
      return running;
    },
  };
}
