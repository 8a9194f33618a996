import { z } from "zod";
import {
  type CaseId,
  type FileEvent,
  FrontdeskError,
  fileCarrierId,
  type HandoffPacket,
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

interface MessageFiles {
  readonly line: string;
  /** Null: they go. */
  readonly files: readonly SharedFile[] | null;
}

/** Files of what a case was opened with, by the messages with which they came. */
function openingFiles(
  { files = [], line: last }: HandoffPacket,
  key: string,
): readonly MessageFiles[] {
  const lines = new Set(files.map(({ line }) => line ?? last ?? key));
  return [...lines].map((line) => ({
    line,
    files: files.filter((file) => (file.line ?? last ?? key) === line),
  }));
}

/** Files of a customer that come with a change, or go with it. */
function filesIn(update: BoardUpdate, key: string): readonly MessageFiles[] {
  if (update.type === "opened") return openingFiles(update.record.packet, key);
  if (update.type !== "entry" && update.type !== "revised") return [];
  const { kind, line = key, files = [], revision } = update.entry;
  if (kind !== "customer") return [];
  if (revision === "deleted") return [{ line, files: null }];
  return files.length === 0 ? [] : [{ line, files }];
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
      for (const [index, { line, files }] of filesIn(update, call.key).entries()) {
        const carrier = { kind: "file", id: fileCarrierId(id, "desk", line) };
        const event = fileEvent(id, files, clock.now());
        await inbox.tell(carrier, { ...event }, [
          `files:${call.key}${index === 0 ? "" : `:${index}`}`,
        ]);
      }
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
