import { type Layout, renderCase, renderCaseSummary } from "../../../adapters/console/index.ts";
import { byUrgency, type CaseRecord, FrontdeskError, turnOfCase } from "../../core/index.ts";
import type { Application, Call, DeskAct } from "../../ports/application.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CaseNumbers } from "./case-numbers.ts";

/** What acting at the desk needs. */
export interface DeskContext {
  readonly app: Application;
  /** The agent's name, as customers see it. */
  readonly agent: string;
  readonly numbers: CaseNumbers;
  readonly clock: Clock;
  readonly layout: () => Layout;
  readonly call: Call;
}

/** Open cases, each with its number: those that wait in the order of their turn, then the others. */
export async function openCases(context: DeskContext): Promise<readonly CaseRecord[]> {
  const records = await context.app.cases({ includeResolved: false }, context.call);
  context.numbers.add(records);
  const isWaiting = ({ state }: CaseRecord): boolean => state === "waiting";
  return [
    ...records.filter(isWaiting).toSorted((a, b) => byUrgency(turnOfCase(a), turnOfCase(b))),
    ...records.filter((one) => !isWaiting(one)),
  ];
}

/** @throws FrontdeskError `case_not_found` when the text names no case */
export async function caseNamed(text: string, context: DeskContext): Promise<CaseRecord> {
  const records = await context.app.cases({ includeResolved: true }, context.call);
  context.numbers.add(records.filter(({ state }) => state !== "resolved" && state !== "closed"));
  const id = context.numbers.find(text) ?? records.find((record) => record.id === text)?.id;
  const record = records.find((one) => one.id === id);
  if (record !== undefined) return record;
  throw new FrontdeskError("case_not_found", `There is no case ${text}; the list shows them.`);
}

function caseLayout(record: CaseRecord, context: DeskContext) {
  return {
    ...context.layout(),
    number: context.numbers.of(record.id),
    now: context.clock.now(),
  };
}

/** The list of open cases as lines. */
export function listLines(records: readonly CaseRecord[], context: DeskContext): readonly string[] {
  return records.flatMap((record) => renderCaseSummary(record, caseLayout(record, context)));
}

/** One case with everything that is known as lines. */
export function caseLines(record: CaseRecord, context: DeskContext): readonly string[] {
  return renderCase(record, caseLayout(record, context));
}

/** What an act did, in a few words for the agent. */
function actText(act: DeskAct["type"], number: number, agent: string): string {
  switch (act) {
    case "claim":
      return `Case ${number} is yours; the bot is silent until you release or resolve it.`;
    case "release":
      return `Case ${number} waits again for somebody.`;
    case "reply":
      return `Sent to the customer of case ${number}, as ${agent}.`;
    case "revise":
      return `What was said in case ${number} is changed.`;
    case "withdraw":
      return `What was said in case ${number} is taken back.`;
    case "note":
      return `Noted in case ${number}; the customer does not see it.`;
    case "resolve":
      return `Case ${number} is resolved; the bot answers again.`;
    case "canned":
      return `Sent to the customer of case ${number}.`;
    case "draft":
      return `A draft for case ${number} is being written; it appears as a note.`;
    case "assign":
      return `Case ${number} has a new owner.`;
    case "transfer":
      return `Case ${number} waits in the other team.`;
    case "priority":
      return `Case ${number} has a new priority.`;
    case "return":
      return `Case ${number} is with the bot again.`;
    case "reopen":
      return `Case ${number} is open again, and yours.`;
    case "learn":
      return `What was answered in case ${number} is in the documents now.`;
    case "online":
      return "You are at the desk.";
    case "away":
      return "You have left the desk; what you had waits for somebody else.";
    case "block":
      return `The customer of case ${number} gets no more answers.`;
  }
}

/**
 * Does something with a case and says what it did.
 * @throws FrontdeskError `case_not_found`, `case_taken`
 */
export async function actOn(
  record: CaseRecord,
  act: DeskAct,
  context: DeskContext,
): Promise<string> {
  const { app, agent, call, numbers } = context;
  const number = numbers.of(record.id);
  const isHeld = record.state === "claimed" && record.agent === agent;
  if (act.type === "claim" && isHeld) return `Case ${number} is yours already.`;
  if (act.type === "release" && record.state !== "claimed") {
    return `Case ${number} is with nobody; there is nothing to release.`;
  }
  await app.actOnCase(record.id, agent, act, call);
  return actText(act.type, number, agent);
}
