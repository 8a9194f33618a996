import { z } from "zod";
import {
  type CaseId,
  type FileEvent,
  FrontdeskError,
  fileCarrierId,
  type SharedFile,
} from "../core/index.ts";
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

/** Files of a customer that come with a change, or go with it; null when none do. */
function filesIn(update: BoardUpdate, key: string) {
  if (update.type === "opened") {
    const { files = [], line = key } = update.record.packet;
    return { line, files };
  }
  if (update.type !== "entry" && update.type !== "revised") return null;
  const { kind, line = key, files = [], revision } = update.entry;
  if (kind !== "customer") return null;
  return revision === "deleted" ? { line, files: null } : { line, files };
}

function fileEvent(caseId: CaseId, files: readonly SharedFile[] | null, at: number): FileEvent {
  if (files === null) return { type: "files.withdrawn", at };
  return { type: "files.sent", files, to: { kind: "desk", caseId }, at };
}

/** The desk that we keep ourselves, and one on a platform that shows the same, each at its own pace. */
export function createMirroredDesk(
  desk: HumanDesk,
  { inbox, clock }: { readonly inbox: Pick<Inbox, "tell">; readonly clock: Clock },
): HumanDesk {
  return {
    async publish(update, call) {
      await desk.publish(update, call);
      const id = update.type === "opened" ? update.record.id : update.caseId;
      await inbox.tell({ kind: "board", id }, { type: "board.changed", update }, [
        `board:${call.key}`,
      ]);
      const found = filesIn(update, call.key);
      if (found === null || found.files?.length === 0) return;
      const carrier = { kind: "file", id: fileCarrierId(id, "desk", found.line) };
      const event = fileEvent(id, found.files, clock.now());
      await inbox.tell(carrier, { ...event }, [`files:${call.key}`]);
    },
  };
}

/** Tells people at the desk of a platform that a case is deleted with its conversation; does nothing where there is no such desk. */
export function createErasureNotice(options: {
  readonly board: Pick<DeskBoard, "publish"> | null;
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
export function createBoardEffect(board: Pick<DeskBoard, "publish"> | null): EffectHandler {
  return async (params, { key, signal, isRetry }) => {
    if (board === null) {
      const message = "the platform of the desk is not configured here";
      throw new FrontdeskError("unsupported", message, { retryable: true });
    }
    await board.publish(shown.parse(params).update, { key, signal, isRetry });
  };
}
