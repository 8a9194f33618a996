import type { CaseId, SharedFile } from "../../src/core/index.ts";
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

/** Does to a case what was done to its ticket. Who owns a ticket is the ticket system's affair: the case follows. */
export function createTicketActs(office: DeskOffice) {
  return {
    async act({ caseId, agent, key, origin }: TicketDoing, act: DeskAct): Promise<void> {
      const { state, agent: holder } = await office.find(caseId);
      const isOver = state === "resolved" || state === "closed";
      // Said already: our own change of the ticket's state comes back as an event.
      if (isOver && act.type === "resolve") return;
      if (!isOver && act.type === "reopen") return;
      if (act.type === "release" && state === "waiting") return;
      if (act.type === "claim" && holder === agent.name) return;
      if (isOver && act.type === "reply") {
        await office.act(caseId, agent, { type: "reopen" }, `${key}:reopen`, origin);
      } else if (!isOver && TAKES.has(act.type) && holder !== null && holder !== agent.name) {
        const assign = { type: "assign", to: agent.name, toBy: agent.id } as const;
        await office.act(caseId, agent, assign, `${key}:assign`, origin);
        if (act.type === "claim") return;
      }
      await office.act(caseId, agent, act, key, origin);
    },
  };
}
