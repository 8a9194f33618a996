import { randomUUID } from "node:crypto";
import {
  type CaseEvent,
  type CaseId,
  type CaseRecord,
  FrontdeskError,
  timeLimit,
} from "../core/index.ts";
import type { Application, DeskAct } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeskView } from "../ports/desk.ts";
import type { Inbox } from "../ports/inbox.ts";

export interface DeskParts {
  readonly inbox: Inbox;
  readonly view: DeskView;
  readonly clock: Clock;
}

/** How long an act may take until the desk shows it; the act itself is durable before. */
const SHOWN_WITHIN_MS = 5000;

function eventOf(agent: string, act: DeskAct, at: number): CaseEvent {
  switch (act.type) {
    case "claim":
      return { type: "agent.claimed", agent, at };
    case "release":
      return { type: "agent.released", agent, at };
    case "reply":
      return { type: "agent.replied", agent, text: act.text, at };
    case "note":
      return { type: "agent.noted", agent, text: act.text, at };
    case "resolve":
      return { type: "agent.resolved", agent, at };
  }
}

function assertAllowed(record: CaseRecord, agent: string, act: DeskAct): void {
  if (act.type === "note") return;
  if (record.state === "resolved") {
    throw new FrontdeskError("case_taken", `Case ${record.id} is resolved already.`);
  }
  if (record.agent !== null && record.agent !== agent) {
    throw new FrontdeskError("case_taken", `Case ${record.id} is with ${record.agent}.`);
  }
}

/** Resolves when the case has changed, or after a moment when the change shows nothing new. */
function nextChange(view: DeskView, id: CaseId, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.any([signal, timeLimit(SHOWN_WITHIN_MS)]);
  return new Promise((resolve) => {
    const stop = view.watch((changed) => {
      if (changed === id) finish();
    });
    const finish = (): void => {
      stop();
      resolve();
    };
    timeout.addEventListener("abort", finish, { once: true });
  });
}

async function find(view: DeskView, id: CaseId): Promise<CaseRecord> {
  const record = await view.get(id);
  if (record === null) {
    throw new FrontdeskError("case_not_found", `There is no case ${id}; the desk lists them.`);
  }
  return record;
}

/** The part of the application that people of the team use. */
export function createDeskActs(
  parts: DeskParts,
): Pick<Application, "cases" | "actOnCase" | "watchDesk"> {
  const { inbox, view, clock } = parts;
  return {
    cases: (query) => view.list(query),
    async actOnCase(id, agent, act, { signal }) {
      assertAllowed(await find(view, id), agent, act);
      const changed = nextChange(view, id, signal);
      const event = eventOf(agent, act, clock.now());
      await inbox.tell({ kind: "case", id }, { ...event }, [`desk:${randomUUID()}`]);
      await changed;
      const record = await find(view, id);
      // Two agents may have acted at the same moment: the case decides, and the slower one is told.
      if (act.type === "claim" && record.agent !== agent) {
        throw new FrontdeskError("case_taken", `Case ${id} is with ${record.agent ?? "nobody"}.`);
      }
      return record;
    },
    watchDesk(listener, { signal }) {
      const stop = view.watch(listener);
      signal.addEventListener("abort", stop, { once: true });
      return Promise.resolve();
    },
  };
}
