import { type CaseRules, DEFAULT_CASE_RULES } from "../flows/index.ts";
import { createDeskOffice } from "./application/index.ts";
import type { Config } from "./config.ts";
import { systemClock } from "./ports/clock.ts";
import type { DeskOffice, DeskView } from "./ports/desk.ts";
import type { Inbox } from "./ports/inbox.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How cases are run, out of the configuration. */
export function caseRules({ handover }: Config): CaseRules {
  return {
    ...DEFAULT_CASE_RULES,
    teams: handover.teams,
    firstReplyMs: handover.firstReplyMinutes * MINUTE_MS,
    nextReplyMs: handover.nextReplyMinutes * MINUTE_MS,
    reminders: handover.reminders,
    idleMs: handover.idleHours * HOUR_MS,
    closeMs: handover.reopenHours * HOUR_MS,
    shownName: handover.agentNames,
    teamName: handover.teamName ?? "",
  };
}

/** Where agents of every desk hand in what they do. */
export function composeOffice(parts: {
  readonly config: Config;
  readonly inbox: Inbox;
  readonly desk: DeskView;
}): DeskOffice {
  const { capacity, teams } = parts.config.handover;
  const names = teams.map(({ name }) => name);
  return createDeskOffice({
    inbox: parts.inbox,
    view: parts.desk,
    clock: systemClock,
    capacity,
    teams: names,
  });
}
