import {
  type CaseId,
  FrontdeskError,
  isFrontdeskError,
  isHeldBy,
  type SharedFile,
} from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";

/** Something that somebody did to a ticket, with the name under which it is done once. */
export interface TicketDoing {
  readonly caseId: CaseId;
  readonly agent: Agent;
  readonly key: string;
  readonly origin: string;
}

/** A file that an agent attached there: nothing is fetched from a ticket system, and whom it was for is told so. */
export function ticketFile(name: string, url = "", sizeBytes = 0): SharedFile {
  return { platform: "http", name, mediaType: null, sizeBytes, url };
}

/** What changes hands by itself when somebody else of the ticket system does it. */
const TAKES: ReadonlySet<DeskAct["type"]> = new Set(["reply", "claim", "resolve"]);

/** What the desk shows may lag behind the ticket: the ticket system does well to tell it once more. */
function comesAgain(error: unknown): unknown {
  if (!isFrontdeskError(error, "case_taken")) return error;
  return new FrontdeskError(error.code, error.message, { cause: error, retryable: true });
}

/** Does to a case what was done to its ticket. Who owns a ticket is the ticket system's affair: the case follows. */
export function createTicketActs(office: DeskOffice) {
  const follow = async (
    { caseId, agent, key, origin }: TicketDoing,
    act: DeskAct,
  ): Promise<void> => {
    const record = await office.find(caseId);
    const isHis = isHeldBy(record, agent);
    const isOver = record.state === "resolved" || record.state === "closed";
    // Said already: our own change of the ticket's state comes back as an event.
    if (isOver && act.type === "resolve") return;
    if (!isOver && act.type === "reopen") return;
    if (act.type === "release" && record.state === "waiting") return;
    if (act.type === "claim" && isHis) return;
    const isBack = isOver && act.type === "reply";
    const isMoved = !isOver && TAKES.has(act.type) && record.agent !== null && !isHis;
    if (isBack) {
      await office.act(caseId, agent, { type: "reopen" }, `${key}:reopen`, origin);
    } else if (isMoved) {
      const assign = { type: "assign", to: agent.name, toBy: agent.id } as const;
      await office.act(caseId, agent, assign, `${key}:assign`, origin);
      if (act.type === "claim") return;
    }
    // The case reads both in their order, whatever the desk shows meanwhile.
    await office.act(caseId, agent, act, key, origin, { isTakenOver: isBack || isMoved });
  };

  /** What was a reply stays one. A line that the case does not show yet comes again. */
  const mend = async (doing: TicketDoing, text: string | null): Promise<void> => {
    const { caseId, agent, key, origin } = doing;
    const { entries } = await office.find(caseId);
    const kind = entries.find((one) => (one.line ?? one.origin) === origin)?.kind;
    if (kind !== "reply" && kind !== "note") {
      const message =
        "No comment of that id was told of, or it is still on its way: send the event again.";
      throw new FrontdeskError("case_taken", message, { retryable: true });
    }
    const act =
      text === null
        ? ({ type: "withdraw", of: kind } as const)
        : ({ type: "revise", of: kind, text } as const);
    await office.act(caseId, agent, act, key, origin);
  };

  return {
    /** A comment is now this; null: it is gone. */
    revise: mend,
    async act(doing: TicketDoing, act: DeskAct): Promise<void> {
      try {
        await follow(doing, act);
      } catch (error) {
        throw comesAgain(error);
      }
    },
  };
}
