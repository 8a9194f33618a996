import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { type KnowledgeLabels, markWords } from "./command-labels.ts";
import type { ErrandHandler } from "./errands.ts";
import type { KnowledgeMarks, MarkedMessage } from "./knowledge-marks.ts";

/** A message that is to be brought in line with its marks. */
export interface MarkWish extends MarkedMessage {
  /** Who is told what became of it; null for nobody. */
  readonly by: string | null;
  /** False: he took his mark away. */
  readonly isOn: boolean;
}

/** What a platform does for whoever marks messages. */
export interface MarkErrandParts<Wish extends MarkWish> {
  readonly marks: Pick<KnowledgeMarks, "toggle" | "settle">;
  /** @throws what it cannot read */
  readonly read: (payload: unknown) => Wish;
  /** He used the menu. */
  readonly isMenu: (wish: Wish) => boolean;
  readonly labels: (wish: Wish, by: string) => Promise<KnowledgeLabels>;
  /** The setting that says who may read what is marked in a private channel. */
  readonly setting: (wish: Wish) => Promise<string>;
  /** Tells him alone. @param key the same for every attempt */
  readonly tell: (
    wish: Wish,
    said: { readonly by: string; readonly key: string; readonly text: string },
  ) => Promise<void>;
  readonly logger: Logger;
}

/** Makes what is done about a mark after it was put down. Whoever waits for it is told also when it fails for good. */
export function createMarkErrand<Wish extends MarkWish>(
  parts: MarkErrandParts<Wish>,
): ErrandHandler {
  const { marks, labels, tell, logger } = parts;

  /** What whoever marked it is told; null for nothing. */
  const settle = async (
    wish: Wish,
    { id, signal }: Parameters<ErrandHandler>[1],
  ): Promise<string | null> => {
    const { by, isOn } = wish;
    const message = { channel: wish.channel, id: wish.id };
    if (parts.isMenu(wish) && by !== null) await marks.toggle(message, by, id);
    const settled = await marks.settle(message, { by, signal });
    // Somebody else's mark keeps it there: of that, nobody is told who takes his own away.
    if (by === null || (!isOn && settled.type === "kept")) return null;
    return markWords(settled, await labels(wish, by), await parts.setting(wish));
  };

  return async (payload, context) => {
    const wish = parts.read(payload);
    const { by } = wish;
    const key = `mark:${context.id}`;
    try {
      const text = await settle(wish, context);
      if (by !== null && text !== null) await tell(wish, { by, key, text });
      return "done";
    } catch (error) {
      context.signal.throwIfAborted();
      // What may go better another time is tried again.
      if (by === null || !isFrontdeskError(error) || error.retryable) throw error;
      logger.warn({ reason: errorMessage(error) }, "a mark could not be followed");
      logger.debug({ err: error }, "details of it");
      await tell(wish, { by, key, text: (await labels(wish, by)).failed });
      return "undone";
    }
  };
}
