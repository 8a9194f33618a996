import type { Clock } from "../../src/ports/clock.ts";
import type { Logger } from "../../src/ports/logger.ts";

/** Looks for what was asked while nobody listened. */
export interface CatchUp {
  /**
   * Reads every place from where it was last read. Resolves when all is taken in; failures are logged. Gives the channels
   * in which something failed.
   * @param isLight only the places where something was heard last; default false
   * @throws whatever finding the places throws
   */
  catchUp(isLight?: boolean): Promise<ReadonlySet<string>>;
}

/** How a platform is read again. */
export interface CatchUpParts<Place extends { readonly channel: string }, Question> {
  /** Where something may not have been heard. */
  readonly places: (isLight: boolean) => Promise<readonly Place[]>;
  /** What is new in a place and meant for the bot, oldest first. */
  readonly read: (place: Place) => Promise<readonly Question[]>;
  /** When it was asked, in milliseconds since the epoch. */
  readonly timeOf: (question: Question) => number;
  /** Takes a question in; false when it was heard all the same. */
  readonly takeIn: (question: Question) => Promise<boolean>;
  /** Whether an old question is one to ask about. Known without asking the platform anything. */
  readonly matters: (question: Question) => Promise<boolean>;
  /** Whether an old question was heard all the same: by another process, or before the connection broke. */
  readonly wasHeard: (question: Question) => Promise<boolean>;
  /** Asks whether an old question still matters. When it fails, nobody was asked. */
  readonly offer: (question: Question) => Promise<void>;
  /** Younger questions are answered, older ones are asked about. */
  readonly freshMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Questions that are only asked about: more would be a storm. */
const MAX_OFFERS = 10;

/** Answers what is young, then asks about what is old, the newest first, and never begins a second round before the first is over. */
export function createCatchUp<Place extends { readonly channel: string }, Question>(
  parts: CatchUpParts<Place, Question>,
): CatchUp {
  const { clock, logger, signal } = parts;

  const readAll = async (isLight: boolean): Promise<ReadonlySet<string>> => {
    const failed = new Set<string>();
    const old: { readonly channel: string; readonly question: Question }[] = [];
    let offers = 0;
    let taken = 0;
    /** Nobody has looked whether they were heard all the same: that would be a storm as well. */
    let left = 0;
    /** One that fails stops none of the others. */
    const unlessItFails = async (channel: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (signal.aborted) return;
        failed.add(channel);
        logger.info({ err: error, channel }, "a channel could not be read again");
      }
    };
    const judge = async (channel: string, question: Question): Promise<void> => {
      if (clock.now() - parts.timeOf(question) <= parts.freshMs) {
        if (await parts.takeIn(question)) taken += 1;
      } else if (await parts.matters(question)) {
        old.push({ channel, question });
      }
    };
    const offer = async (question: Question): Promise<void> => {
      if (offers >= MAX_OFFERS) {
        left += 1;
      } else if (!(await parts.wasHeard(question))) {
        await parts.offer(question);
        offers += 1;
      }
    };
    for (const place of await parts.places(isLight)) {
      const { channel } = place;
      await unlessItFails(channel, async () => {
        for (const question of await parts.read(place)) {
          if (signal.aborted) return;
          await unlessItFails(channel, () => judge(channel, question));
        }
      });
      if (signal.aborted) break;
    }
    old.sort((a, b) => parts.timeOf(b.question) - parts.timeOf(a.question));
    for (const { channel, question } of old) {
      if (signal.aborted) break;
      await unlessItFails(channel, () => offer(question));
    }
    if (taken + offers + left > 0)
      logger.info({ taken, offers, left }, "questions from the time without connection");
    return failed;
  };

  let running: Promise<ReadonlySet<string>> | null = null;
  /** What was asked for while a round ran; null when nothing was. */
  let wanted: "light" | "full" | null = null;
  const run = async (how: "light" | "full"): Promise<ReadonlySet<string>> => {
    let next = how;
    let failed: ReadonlySet<string> = new Set();
    for (;;) {
      wanted = null;
      const now = await readAll(next === "light");
      // A light round reads some channels only: it says nothing of the others.
      failed = next === "light" ? new Set([...failed, ...now]) : now;
      if (wanted === null || signal.aborted) return failed;
      next = wanted;
    }
  };

  return {
    catchUp(isLight = false) {
      const how = isLight ? "light" : "full";
      // A connection that comes and goes asks for it again and again.
      if (running !== null && wanted !== "full") wanted = how;
      running ??= run(how).finally(() => {
        running = null;
      });
      return running;
    },
  };
}
