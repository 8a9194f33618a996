import type { CaseRecord, HandoffReason } from "../core/index.ts";
import type { DeskUpdate, DeskView, HumanDesk } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";
import type { TalkLog } from "../ports/talk-log.ts";

interface OfTeam {
  /** Empty for the one queue of all. */
  readonly team: string;
}

/** To be told how cases go. */
export interface DeskObserver {
  caseOpened(opened: OfTeam & { readonly reason: HandoffReason }): void;
  /** How long it took since the case was opened. */
  caseReached(
    reached: OfTeam & {
      readonly stage: "claimed" | "first-reply" | "resolved";
      readonly durationMs: number;
    },
  ): void;
  caseRated(rated: OfTeam & { readonly stars: number }): void;
  /** It came back after it was resolved. */
  caseReopened(reopened: OfTeam): void;
}

/** What a change of state brought about just now: its time is that of the fact. */
function observeState(
  { at, facts }: Extract<DeskUpdate, { type: "state" }>,
  before: CaseRecord,
  observer: DeskObserver,
): void {
  if (facts === undefined) return;
  const team = facts.team ?? "";
  const stages = [
    ["claimed", facts.claimedAt, before.facts.claimedAt],
    ["first-reply", facts.firstReplyAt, before.facts.firstReplyAt],
    ["resolved", facts.resolvedAt, before.facts.resolvedAt],
  ] as const;
  for (const [stage, now, earlier] of stages) {
    if (now !== at || earlier === now) continue;
    observer.caseReached({ team, stage, durationMs: Math.max(0, now - before.openedAt) });
  }
  if (facts.reopened > before.facts.reopened) observer.caseReopened({ team });
  const { rating } = facts;
  if (rating !== null && rating.stars !== before.facts.rating?.stars) {
    observer.caseRated({ team, stars: rating.stars });
  }
}

/** A desk at which every conversation that is handed over is counted on its day, for as long as figures are kept. */
export function createCountingDesk(desk: HumanDesk, talks: Pick<TalkLog, "handedOver">): HumanDesk {
  return {
    async publish(update, call) {
      await desk.publish(update, call);
      if (update.type !== "opened" || update.record.facts.reopened > 0) return;
      const { packet, facts, openedAt } = update.record;
      await talks.handedOver(packet.conversationId, facts.team, openedAt);
    },
  };
}

/** A desk at which every change is measured. What goes wrong there holds nothing up. */
export function createMeasuringDesk(
  desk: HumanDesk,
  view: Pick<DeskView, "get">,
  parts: { readonly observer: DeskObserver; readonly logger: Logger },
): HumanDesk {
  const { observer, logger } = parts;
  const before = async (update: DeskUpdate): Promise<CaseRecord | null> => {
    if (update.type === "entry") return null;
    try {
      return await view.get(update.type === "opened" ? update.record.id : update.caseId);
    } catch (error) {
      logger.debug({ err: error }, "a case could not be measured");
      return null;
    }
  };
  return {
    async publish(update, call) {
      const record = await before(update);
      await desk.publish(update, call);
      if (update.type === "opened") {
        const { packet, facts } = update.record;
        const team = facts.team ?? "";
        if (record === null) observer.caseOpened({ team, reason: packet.reason });
        else if (facts.reopened > record.facts.reopened) observer.caseReopened({ team });
      }
      if (update.type === "state" && record !== null) observeState(update, record, observer);
    },
  };
}
