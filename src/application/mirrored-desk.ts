import { z } from "zod";
import { FrontdeskError } from "../core/index.ts";
import type { DeskUpdate, HumanDesk } from "../ports/desk.ts";
import type { EffectHandler } from "../ports/effect.ts";
import type { Inbox } from "../ports/inbox.ts";

const shown = z.object({
  update: z.custom<DeskUpdate>(
    (value) =>
      z.looseObject({ type: z.enum(["opened", "entry", "revised", "state"]) }).safeParse(value)
        .success,
  ),
});

/** The desk that we keep ourselves, and one on a platform that shows the same, each at its own pace. */
export function createMirroredDesk(desk: HumanDesk, inbox: Pick<Inbox, "tell">): HumanDesk {
  return {
    async publish(update, call) {
      await desk.publish(update, call);
      const id = update.type === "opened" ? update.record.id : update.caseId;
      await inbox.tell({ kind: "board", id }, { type: "board.changed", update }, [
        `board:${call.key}`,
      ]);
    },
  };
}

/** The effect `board.show`: a change appears on the desk's platform. */
export function createBoardEffect(board: HumanDesk | null): EffectHandler {
  return async (params, { key, signal, isRetry }) => {
    if (board === null) {
      const message = "the platform of the desk is not configured here";
      throw new FrontdeskError("unsupported", message, { retryable: true });
    }
    await board.publish(shown.parse(params).update, { key, signal, isRetry });
  };
}
