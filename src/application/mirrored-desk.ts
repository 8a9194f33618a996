import { z } from "zod";
import { type CaseId, FrontdeskError } from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { BoardUpdate, DeskBoard, HumanDesk } from "../ports/desk.ts";
import type { EffectHandler } from "../ports/effect.ts";
import type { Inbox } from "../ports/inbox.ts";

const shown = z.object({
  update: z.custom<BoardUpdate>(
    (value) =>
      z
        .looseObject({ type: z.enum(["opened", "entry", "revised", "state", "erased"]) })
        .safeParse(value).success,
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

/** Tells people at the desk of a platform that a case is deleted with its conversation; does nothing where there is no such desk. */
export function createErasureNotice(options: {
  readonly board: DeskBoard | null;
  readonly inbox: Pick<Inbox, "tell">;
  readonly clock: Clock;
}): (id: CaseId) => Promise<void> {
  const { board, inbox, clock } = options;
  return async (id) => {
    if (board === null) return;
    const update: BoardUpdate = { type: "erased", caseId: id, at: clock.now() };
    await inbox.tell({ kind: "board", id }, { type: "board.changed", update }, [
      `board:${id}:erased`,
    ]);
  };
}

/** The effect `board.show`: a change appears on the desk's platform. */
export function createBoardEffect(board: DeskBoard | null): EffectHandler {
  return async (params, { key, signal, isRetry }) => {
    if (board === null) {
      const message = "the platform of the desk is not configured here";
      throw new FrontdeskError("unsupported", message, { retryable: true });
    }
    await board.publish(shown.parse(params).update, { key, signal, isRetry });
  };
}
