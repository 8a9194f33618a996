import { randomUUID } from "node:crypto";
import { type CaseId, FrontdeskError, timeLimit } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { DeskOffice, DeskView } from "../ports/desk.ts";

export interface DeskParts {
  readonly office: DeskOffice;
  readonly view: DeskView;
}

/** How long an act may take until the desk shows it; the act itself is durable before. */
const SHOWN_WITHIN_MS = 5000;

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

/** The part of the application that people of the team use. */
export function createDeskActs(
  parts: DeskParts,
): Pick<Application, "cases" | "actOnCase" | "watchDesk"> {
  const { office, view } = parts;
  return {
    cases: (query) => view.list(query),
    async actOnCase(id, agent, act, { signal }) {
      if (act.type === "online" || act.type === "away") {
        const who = { id: agent, name: agent };
        await office.attend(who, act.type === "online", `desk:${randomUUID()}`);
        return office.find(id);
      }
      const noticed = new AbortController();
      const changed = nextChange(view, id, AbortSignal.any([signal, noticed.signal]));
      try {
        // Whoever reaches the application itself owns its data.
        const who = { id: agent, name: agent, role: "admin" } as const;
        await office.act(id, who, act, `desk:${randomUUID()}`);
      } catch (error) {
        noticed.abort();
        throw error;
      }
      await changed;
      const record = await office.find(id);
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
