import {
  type CaseEvent,
  type CaseId,
  type CaseRecord,
  FrontdeskError,
  isHeldBy,
} from "../core/index.ts";
import type { DeskAct } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, AgentRoster, DeskOffice, DeskView } from "../ports/desk.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { CaseLoad } from "./case-load.ts";
import type { Learning } from "./learning.ts";

export interface DeskOfficeParts {
  readonly inbox: Pick<Inbox, "tell">;
  readonly view: Pick<DeskView, "get" | "list">;
  readonly clock: Clock;
  /** Cases that one agent may have at a time; null for no limit. */
  readonly capacity: number | null;
  /** Ready answers by name; `{customer}`, `{agent}` and `{case}` stand for what they say. */
  readonly canned: Readonly<Record<string, string>>;
  /** An agent's name as customers see it. */
  readonly shownName: (agent: string) => string;
  /** Teams that cases can be passed to; none: any name. */
  readonly teams: readonly string[];
  /** What agents are told who name what there is not. */
  readonly words: Readonly<
    Record<"noTeam" | "noCanned", (name: string, known: readonly string[]) => string> & {
      noRoom: (name: string, held: number) => string;
    }
  >;
  /** Makes documents of cases. */
  readonly learning: Pick<Learning, "learn">;
  /** Who is at the desk. */
  readonly roster: AgentRoster;
  /** How many cases agents have. */
  readonly load: CaseLoad;
  /** Gives waiting cases to somebody who has come; null where agents take them themselves. */
  readonly assign: ((key: string) => Promise<void>) | null;
}

/** An act that is an event of the case as it stands. */
type PlainAct = Exclude<DeskAct, { type: "canned" | "draft" | "learn" | "online" | "away" }>;

function eventOf(
  { name, id }: Agent,
  act: PlainAct,
  at: number,
  origin: string | undefined,
): CaseEvent {
  const who = { agent: name, by: id, at, ...(origin === undefined ? {} : { origin }) };
  switch (act.type) {
    case "claim":
      return { type: "agent.claimed", ...who };
    case "release":
      return { type: "agent.released", ...who };
    case "reply":
    case "note": {
      const { text, files = [] } = act;
      const said = { ...who, text, ...(files.length === 0 ? {} : { files }) };
      return { type: act.type === "reply" ? "agent.replied" : "agent.noted", ...said };
    }
    case "revise":
      return { type: "agent.revised", ...who, of: act.of, text: act.text };
    case "withdraw":
      return { type: "agent.withdrew", ...who, of: act.of };
    case "resolve": {
      const { resolution } = act;
      return {
        type: "agent.resolved",
        ...who,
        ...(resolution === undefined ? {} : { resolution }),
      };
    }
    case "assign": {
      const { to, toBy } = act;
      return { type: "agent.assigned", ...who, to, ...(toBy === undefined ? {} : { toBy }) };
    }
    case "transfer":
      return { type: "agent.transferred", ...who, team: act.team };
    case "priority":
      return { type: "agent.prioritised", ...who, priority: act.priority };
    case "return":
      return { type: "agent.returned", ...who, hint: act.hint };
    case "reopen":
      return { type: "agent.reopened", ...who };
    case "block":
      return { type: "agent.blocked", ...who };
  }
}

/** What anybody may do, whoever has the case. */
const FREE: ReadonlySet<DeskAct["type"]> = new Set([
  "note",
  "assign",
  "transfer",
  "priority",
  "draft",
]);

/** What does not touch the case itself, even when it is over. */
const FREE_AT_ANY_TIME: ReadonlySet<DeskAct["type"]> = new Set([
  "note",
  "priority",
  "draft",
  "learn",
]);

function taken(message: string): FrontdeskError {
  return new FrontdeskError("case_taken", message);
}

function assertAllowed(record: CaseRecord, agent: Agent, act: DeskAct): void {
  const isOver = record.state === "resolved" || record.state === "closed";
  if (FREE_AT_ANY_TIME.has(act.type)) return;
  // The case decides: it knows who has it, and until when what was said can be mended.
  if (act.type === "revise" || act.type === "withdraw") return;
  if (isOver && act.type !== "reopen") {
    throw taken(`Case ${record.id} is ${record.state} already; reopen it first.`);
  }
  if (isOver || FREE.has(act.type)) return;
  if (act.type === "reopen") throw taken(`Case ${record.id} is open already.`);
  if (record.agent !== null && !isHeldBy(record, agent)) {
    throw taken(`Case ${record.id} is with ${record.agent}.`);
  }
}

/** Who has the case by an act that did not have it before; null when nobody does. */
function takerOf(record: CaseRecord, agent: Agent, act: DeskAct): Agent | null {
  const isTaking = ["claim", "reply", "canned", "reopen"].includes(act.type);
  const taker =
    act.type === "assign" ? { id: act.toBy ?? act.to, name: act.to } : isTaking ? agent : null;
  return taker === null || isHeldBy(record, taker) ? null : taker;
}

/** What takes a case from whoever has it. */
const GIVES_AWAY: ReadonlySet<DeskAct["type"]> = new Set([
  "release",
  "resolve",
  "return",
  "block",
  "transfer",
  "assign",
]);

/** How an act comes to its case. */
interface Telling {
  readonly key: string;
  readonly origin: string | undefined;
  readonly isTakenOver: boolean;
}

/** Takes what agents do at any desk, checks it by what the desk shows, and hands it to the case, which decides. */
export function createDeskOffice(parts: DeskOfficeParts): DeskOffice {
  const { inbox, view, clock, capacity, teams, roster, assign, learning, words } = parts;
  const { canned, shownName, load } = parts;

  const find = async (id: CaseId): Promise<CaseRecord> => {
    const record = await view.get(id);
    if (record !== null) return record;
    throw new FrontdeskError(
      "case_not_found",
      `There is no case ${id}: it does not exist, or its conversation was deleted. The desk lists them.`,
    );
  };

  const readyAnswer = (name: string, record: CaseRecord, agent: Agent): PlainAct => {
    const text = Object.hasOwn(canned, name) ? canned[name] : undefined;
    if (text === undefined) {
      throw new FrontdeskError("usage", words.noCanned(name, Object.keys(canned)));
    }
    const facts = {
      customer: record.packet.customer,
      agent: shownName(agent.name),
      case: record.id,
    };
    const filled = Object.entries(facts).reduce(
      // A name may hold what a replacement would read as a pattern.
      (sum, [key, value]) => sum.replaceAll(`{${key}}`, () => value),
      text,
    );
    return { type: "reply", text: filled };
  };

  /** Taking a case, or giving it to somebody, who has as many as allowed is refused. Returns the way to take it back. */
  const makeRoom = async (
    record: CaseRecord,
    agent: Agent,
    act: DeskAct,
  ): Promise<() => Promise<void>> => {
    const taker = takerOf(record, agent, act);
    if (taker === null) return async () => {};
    const { full, undo } = await load.take(record, taker, capacity);
    if (full === null) return undo;
    if (taker.id !== agent.id) {
      throw new FrontdeskError("agent_busy", words.noRoom(taker.name, full));
    }
    throw new FrontdeskError(
      "agent_busy",
      `${agent.name} has ${full} open cases, and ${capacity} is the most for one person (handover.capacity); resolve or release one first.`,
    );
  };

  const tell = async (
    record: CaseRecord,
    agent: Agent,
    act: PlainAct,
    { key, origin, isTakenOver }: Telling,
  ): Promise<boolean> => {
    if (GIVES_AWAY.has(act.type)) await load.forget(record.id);
    // Room was made by the act before.
    const undo = isTakenOver ? async () => {} : await makeRoom(record, agent, act);
    try {
      const event = eventOf(agent, act, clock.now(), origin);
      const isNew = await inbox.tell({ kind: "case", id: record.id }, { ...event }, [key]);
      if (!isNew) await undo();
      return isNew;
    } catch (error) {
      await undo();
      throw error;
    }
  };

  const come = async (agent: Agent, key: string): Promise<void> => {
    await roster.come(agent);
    await assign?.(`${agent.id}:${key}`);
  };

  /** Nobody waits for somebody who has gone home. */
  const leave = async (agent: Agent, key: string): Promise<void> => {
    await roster.leave(agent);
    const open = await view.list({ includeResolved: false });
    for (const { id } of open.filter((one) => isHeldBy(one, agent))) {
      const event = eventOf(agent, { type: "release" }, clock.now(), undefined);
      await load.forget(id);
      await inbox.tell({ kind: "case", id }, { ...event }, [`${key}:${id}`]);
    }
  };

  const attend: DeskOffice["attend"] = (agent, isThere, key) =>
    isThere ? come(agent, key) : leave(agent, key);

  return {
    find,
    attend,
    async act(id, agent, act, dedupeKey, origin, { isTakenOver } = { isTakenOver: false }) {
      if (act.type === "online" || act.type === "away") {
        await attend(agent, act.type === "online", dedupeKey);
        return true;
      }
      const record = await find(id);
      if (!isTakenOver) assertAllowed(record, agent, act);
      if (act.type === "transfer" && teams.length > 0 && !teams.includes(act.team)) {
        throw new FrontdeskError("usage", words.noTeam(act.team, teams));
      }
      // Whoever works at the desk is there.
      await roster.come(agent);
      if (act.type === "draft") {
        const event = { type: "draft.asked", at: clock.now() };
        return inbox.tell({ kind: "draft", id }, event, [`draft:${dedupeKey}`]);
      }
      if (act.type === "learn") {
        await learning.learn(record, agent, act, dedupeKey);
        return true;
      }
      const plain = act.type === "canned" ? readyAnswer(act.name, record, agent) : act;
      return tell(record, agent, plain, { key: dedupeKey, origin, isTakenOver });
    },
  };
}
