import { renderCaseEntry } from "../../../adapters/console/index.ts";
import {
  AGENT_RESOLUTIONS,
  assertNever,
  type CaseEntry,
  type CaseId,
  type CaseRecord,
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
} from "../../core/index.ts";
import type { DeskAct } from "../../ports/application.ts";
import {
  actOn,
  caseLines,
  caseNamed,
  type DeskContext,
  listLines,
  openCases,
} from "./desk-acts.ts";
import { type Addressed, type DeskInput, type InCase, readDeskInput } from "./desk-input.ts";

const HELP = [
  "2               opens case 2 (also: open 2)",
  "any other text  is an internal note in the open case; the customer never sees it",
  "r TEXT          goes to the customer (also: /reply TEXT)",
  "reply 2 TEXT    goes to the customer of case 2; note 2 TEXT is a note there (while no other is open)",
  "claim           takes the open case: the bot is silent until you give it back",
  "release         gives it back to the queue",
  "resolve         closes it; the bot answers again",
  "/assign NAME    makes a colleague responsible · /team NAME passes it to a team's queue",
  "/priority WORD  low, normal, high or urgent · /canned NAME sends a ready answer",
  "/resolve WORD   solved, unsolved, duplicate or spam · /return HINT gives it back to the bot",
  "/learn WHO      puts question and answer into the documents; WHO may read them: public, internal or group:NAME",
  "/online, /away  says that you are at the desk, or that you leave it (your cases wait for others then)",
  "/reopen         opens a resolved case again · /block: the customer gets no more answers",
  "list            shows the open cases",
  "quit            leaves; cases stay",
  "claim 2, release 2 and resolve 2 work without opening; every command may begin with a slash.",
];

/** What came of a line, or of a change at the desk. */
export interface DeskOutcome {
  readonly lines: readonly string[];
  readonly isFailure: boolean;
  readonly isLeaving: boolean;
  /** Somebody new waits, or a customer wrote. */
  readonly isCall: boolean;
}

interface Known {
  readonly state: CaseRecord["state"];
  readonly agent: string | null;
  readonly entries: number;
}

function outcome(lines: readonly string[], parts: Partial<DeskOutcome> = {}): DeskOutcome {
  return { lines, isFailure: false, isLeaving: false, isCall: false, ...parts };
}

function knownOf({ state, agent, entries }: CaseRecord): Known {
  return { state, agent, entries: entries.length };
}

function actOf(input: InCase): DeskAct {
  return input.type === "act" ? input.act : input;
}

function unclear(why: string): DeskOutcome {
  const how =
    "r TEXT answers in the open case, /note TEXT notes there; a number alone opens a case.";
  return outcome([`${why} Nothing was sent and nothing noted. ${how}`], { isFailure: true });
}

/** One agent's session at the desk, without the screen. */
export class DeskSession {
  readonly #context: DeskContext;
  readonly #known = new Map<CaseId, Known>();
  #open: CaseId | null = null;

  constructor(context: DeskContext) {
    this.#context = context;
  }

  /** The number of the open case. */
  get openNumber(): number | null {
    return this.#open === null ? null : this.#context.numbers.of(this.#open);
  }

  /** The list, as it is shown at first and on demand. */
  async list(): Promise<readonly string[]> {
    const records = await openCases(this.#context);
    for (const record of records) this.#known.set(record.id, knownOf(record));
    if (records.length === 0) return ["No open cases. New ones appear here as they come."];
    return listLines(records, this.#context);
  }

  /** Does what a line says. */
  async take(line: string): Promise<DeskOutcome> {
    try {
      return await this.#do(readDeskInput(line));
    } catch (error) {
      if (!isFrontdeskError(error) || error.code === "not_running") throw error;
      return outcome([errorMessage(error)], { isFailure: true });
    }
  }

  /** What changed in a case by the hand of others. */
  async changed(id: CaseId): Promise<DeskOutcome> {
    const { app, call, agent } = this.#context;
    const records = await app.cases({ includeResolved: true }, call);
    const record = records.find((one) => one.id === id);
    if (record === undefined) return outcome([]);
    const before = this.#known.get(id);
    this.#known.set(id, knownOf(record));
    if (before === undefined) {
      if (record.state === "resolved" || record.state === "closed") return outcome([]);
      return outcome(["New case", ...listLines([record], this.#context)], { isCall: true });
    }
    const entries = record.entries
      .slice(before.entries)
      .filter(({ kind, name }) => kind === "customer" || name !== agent);
    return outcome([...this.#stateLines(record, before), ...this.#entryLines(record, entries)], {
      isCall: entries.some(({ kind }) => kind === "customer"),
    });
  }

  async #do(input: DeskInput): Promise<DeskOutcome> {
    switch (input.type) {
      case "help":
        return outcome(HELP);
      case "quit":
        return outcome([], { isLeaving: true });
      case "list":
        return outcome(await this.list());
      case "unknown":
        return outcome([`There is no command ${input.name}; help lists them.`], {
          isFailure: true,
        });
      case "no-resolution":
        return outcome(
          [
            `Nothing was done: a case is not resolved as ${input.name}; there are ${AGENT_RESOLUTIONS.join(", ")}.`,
          ],
          { isFailure: true },
        );
      case "unclear":
        return unclear(`${input.word}: what is meant is not clear.`);
      case "addressed":
        return this.#addressed(input);
      case "open":
        return this.#openCase(input.target);
      case "claim":
      case "release":
      case "resolve":
        return this.#act({ type: input.type }, input.target);
      case "reply":
      case "note":
      case "act":
        return this.#act(actOf(input), null);
      default:
        return assertNever(input);
    }
  }

  /** A number that might as well belong to the text sends nothing: a wrong customer cannot be made to forget. */
  async #addressed({ word, target, inCase, asText }: Addressed): Promise<DeskOutcome> {
    const named = this.#context.numbers.find(target);
    if (this.#open === null) return this.#act(actOf(inCase), target);
    if (named === null) return this.#do(asText);
    if (named === this.#open && word !== "r") return this.#act(actOf(inCase), target);
    const open = this.openNumber;
    return unclear(`Case ${open} is open, and ${target} may be a case or part of the text.`);
  }

  async #openCase(target: string | null): Promise<DeskOutcome> {
    const record = await this.#find(target);
    this.#open = record.id;
    this.#known.set(record.id, knownOf(record));
    return outcome(caseLines(record, this.#context));
  }

  async #act(act: DeskAct, target: string | null): Promise<DeskOutcome> {
    const record = await this.#find(target);
    const said = await actOn(record, act, this.#context);
    if (act.type === "claim" || act.type === "reopen") this.#open = record.id;
    const isOver = act.type === "resolve" || act.type === "return" || act.type === "block";
    if (isOver && this.#open === record.id) this.#open = null;
    return outcome([said]);
  }

  #find(target: string | null): Promise<CaseRecord> {
    const name = target ?? this.#open;
    if (name !== null) return caseNamed(name, this.#context);
    throw new FrontdeskError("case_not_found", "No case is open: type the number of one first.");
  }

  #stateLines(record: CaseRecord, before: Known): readonly string[] {
    const isSame = record.state === before.state && record.agent === before.agent;
    if (isSame || record.agent === this.#context.agent) return [];
    const number = this.#context.numbers.of(record.id);
    const who = record.agent === null ? "" : ` by ${record.agent}`;
    const texts = {
      waiting: `Case ${number} waits again for somebody.`,
      claimed: `Case ${number} was claimed${who}.`,
      resolved: `Case ${number} was resolved${who}.`,
      closed: `Case ${number} is closed.`,
    };
    return [this.#context.layout().theme.paint("dim", texts[record.state])];
  }

  #entryLines(record: CaseRecord, entries: readonly CaseEntry[]): readonly string[] {
    if (entries.length === 0) return [];
    const layout = this.#context.layout();
    const number = this.#context.numbers.of(record.id);
    return [
      layout.theme.paint("dim", `Case ${number}`),
      ...entries.flatMap((entry) => renderCaseEntry(entry, layout)),
    ];
  }
}
