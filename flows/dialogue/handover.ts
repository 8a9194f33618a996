import {
  type CaseEvent,
  type CaseId,
  type CasePriority,
  type CaseTold,
  caseId,
  conversationId,
  type FileEvent,
  fileCarrierId,
  type HandoffPacket,
  type InstanceAddress,
  type Language,
  type Reply,
  type SharedFile,
} from "../../src/core/index.ts";
import { type CaseRules, closedUntil, teamFor } from "../case/rules.ts";
import { wordsForTime } from "../hours/index.ts";
import type { Summary } from "../tasks/contracts.ts";
import { type Texts, textsIn } from "../texts/index.ts";
import {
  type ActiveTurn,
  type CaseLink,
  type DialogueContext,
  type Incoming,
  MAX_ATTACHMENTS,
  MAX_CASE_LINES,
} from "./context.ts";
import { turnOf, wholeSummary } from "./history.ts";
import { lineOf } from "./incoming.ts";
import { say } from "./reply.ts";
import { messagesOf, queueWithMeanwhile } from "./turn.ts";

/** What an outbox entry `tell` carries. */
export interface Tell {
  readonly to: InstanceAddress;
  readonly event: CaseEvent | FileEvent;
  /** The same for ever, so that it is appended once. */
  readonly key: string;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 50 bits of a text, by cyrb53: spread well, no secret. */
function letters(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  let bits = 4294967296 * (2097151 & low) + (high >>> 0);
  let word = "";
  while (word.length < 10) {
    word += ALPHABET[bits % 32] ?? "0";
    bits = Math.floor(bits / 32);
  }
  return word;
}

/** A short id that a person can read out: `C-7K2QF-9ABCD`. Follows from conversation, count and time alone. */
function newCaseId(conversation: string, count: number, at: number): CaseId {
  const word = letters(`${conversation}\n${count}\n${at}`);
  return caseId(`C-${word.slice(0, 5)}-${word.slice(5)}`);
}

/** The case that goes on instead of a new one: it ended a short while ago, and the same person is back. */
function caseToReopen(
  { closedCase }: DialogueContext,
  customer: string,
  at: number,
  reopenMs: number,
): CaseLink | null {
  if (closedCase?.resolvedAt === undefined || closedCase.customer !== customer) return null;
  return at - closedCase.resolvedAt <= reopenMs ? closedCase : null;
}

/** A case that is about to wait, as far as its turn depends on it. */
export interface CaseToCome {
  /** The case that goes on instead of a new one. */
  readonly reopens: CaseId | null;
  readonly team: string | null;
  readonly priority: CasePriority;
}

/** What was known of the desk when a case was opened; null where nobody could tell. */
export interface AtDesk {
  readonly ahead: number | null;
  readonly online: number | null;
}

/** The names of messages that belong to a case, with these. */
export function withLines(known: readonly string[] = [], more: readonly string[]) {
  return [...known.filter((line) => !more.includes(line)), ...more].slice(-MAX_CASE_LINES);
}

/** Opens a case for the turn under way, or the one that ended just before. */
export function openCase(
  context: DialogueContext,
  params: { readonly at: number } & AtDesk,
  rules: CaseRules,
): Partial<DialogueContext> {
  const { active } = context;
  if (active === null) return {};
  const { at, ahead, online } = params;
  const customer: string = active.incoming.principal.userId;
  const before = caseToReopen(context, customer, at, rules.closeMs);
  const closed = closedUntil(teamFor(packetOf(context, null), rules), at, rules);
  const link: CaseLink = {
    id: before?.id ?? newCaseId(context.id, context.casesOpened, at),
    address: active.incoming.address,
    customer,
    language: active.language,
    asker: active.incoming,
    lines: withLines(before?.lines, messagesOf(active).map(lineOf)),
    reopened: before === null ? 0 : (before.reopened ?? 0) + 1,
    ahead,
    online,
    ...(closed === null ? {} : { closed }),
  };
  const casesOpened = context.casesOpened + (before === null ? 1 : 0);
  const queue = queueWithMeanwhile(context);
  return { openCase: link, casesOpened, clarification: null, queue };
}

const NOTHING_ASKED = { text: "", files: [], parts: [] };

function customerOf({ principal }: Incoming) {
  const { userId, role, groups } = principal;
  return { customerId: userId, customerRights: { role, groups } };
}

/** What the turn under way asks, with the files that came: nothing where its words are only a press. */
function askedIn(active: ActiveTurn) {
  const parts = messagesOf(active).map((one) => ({
    line: lineOf(one),
    text: wordsWith(one.text, one.attachments),
  }));
  const said = parts.filter(({ text }) => text !== "");
  const isBurst = active.burst !== undefined;
  const files = messagesOf(active).flatMap((one) =>
    filesOf(one).map((file) => (isBurst ? { ...file, line: lineOf(one) } : file)),
  );
  const text = said.map((one) => one.text).join("\n");
  return { parts: said, text, files: files.slice(-MAX_ATTACHMENTS) };
}

function packetOf(context: DialogueContext, summary: Summary | null): HandoffPacket {
  const { active } = context;
  const language = active?.language ?? context.language;
  const name = active?.incoming.principal.displayName ?? "";
  const { text, files, parts } = active === null ? NOTHING_ASKED : askedIn(active);
  const line = active === null ? undefined : lineOf(active.incoming);
  const said = turnOf("user", name, text, { at: active?.incoming.at ?? 0, language, line, parts });
  return {
    conversationId: conversationId(context.id),
    customer: name,
    ...(active === null ? {} : customerOf(active.incoming)),
    platform: active?.incoming.address.platform ?? "",
    ...(active === null ? {} : { address: active.incoming.address }),
    language,
    reason: active?.escalation ?? "asked-for-person",
    question: active?.question ?? context.focus?.question ?? null,
    summary: summary?.summary ?? wholeSummary(context),
    transcript: text === "" ? context.turns : [...context.turns, said],
    confidence: active?.assessment?.answerable ?? context.lastConfidence,
    tried: context.tried,
    suggestedAnswer: summary?.suggestedAnswer ?? null,
    ...(files.length === 0 ? {} : { files }),
    ...(line === undefined ? {} : { line }),
  };
}

/** Tells the case that it is wanted; without a summary it has the rolling one. */
export function tellRequested(context: DialogueContext, summary: Summary | null, at: number): Tell {
  const id = context.openCase?.id ?? newCaseId(context.id, context.casesOpened, at);
  const again = context.openCase?.reopened ?? 0;
  return {
    to: { kind: "case", id },
    event: {
      type: "case.requested",
      caseId: id,
      conversationId: conversationId(context.id),
      packet: packetOf(context, summary),
      at,
    },
    key: again === 0 ? `${id}:requested` : `${id}:requested:${again}`,
  };
}

/** Files that came with a message, with the platform at which they lie. */
function filesOf({ attachments = [], address }: Incoming): readonly SharedFile[] {
  return attachments.map((file) => ({ ...file, platform: address.platform }));
}

/** Files as words name them, a line each. */
function namesOfFiles(files: readonly { readonly name: string }[] = []): readonly string[] {
  return files.map(({ name }) => `📎 ${name}`);
}

/** What was said, with the names of the files that came with it. */
export function wordsWith(text: string, files: readonly { readonly name: string }[] = []): string {
  return [text, ...namesOfFiles(files)].filter((one) => one !== "").join("\n");
}

/** Hands on to the customer the files that came with words of a person of the desk; null when none did. */
export function tellFiles(
  link: CaseLink,
  { files = [], line = "", at }: Extract<CaseTold, { type: "case.replied" }>,
): Tell | null {
  if (files.length === 0) return null;
  const { id: caseId, address, language } = link;
  const to = { kind: "customer", caseId, address, language } as const;
  return {
    to: { kind: "file", id: fileCarrierId(caseId, "customer", line) },
    event: { type: "files.sent", files, to, at },
    key: `${caseId}:${line}:files`,
  };
}

/** Takes files back that went to the customer with words that are taken back. */
export function tellFilesWithdrawn(link: CaseLink, line: string, at: number): Tell {
  return {
    to: { kind: "file", id: fileCarrierId(link.id, "customer", line) },
    event: { type: "files.withdrawn", at },
    key: `${link.id}:${line}:files:withdrawn`,
  };
}

/** Tells a case how its customer found it. The key names this rating for ever. */
export function tellRated(
  link: CaseLink,
  rating: { readonly stars: number; readonly comment: string | null },
  incoming: { readonly id: string; readonly at: number },
): Tell {
  const event = { type: "customer.rated", ...rating, at: incoming.at } as const;
  return { to: { kind: "case", id: link.id }, event, key: `${link.id}:rated:${incoming.id}` };
}

/** Hands words of a customer on to his case, or what has become of them. */
export function tellWords(link: CaseLink, incoming: Incoming): Tell {
  const { text, at, principal, revisionOf } = incoming;
  const said = { name: principal.displayName, text, line: lineOf(incoming), at };
  const files = filesOf(incoming);
  return {
    to: { kind: "case", id: link.id },
    event:
      revisionOf === undefined
        ? { type: "customer.wrote", ...said, ...(files.length === 0 ? {} : { files }) }
        : { type: "customer.revised", ...said },
    key: `${link.id}:${incoming.id}`,
  };
}

/** Tells a case that a line was taken back. */
export function tellWithdrawnLine(
  link: CaseLink,
  said: { readonly line: string; readonly name: string; readonly at: number },
): Tell {
  return {
    to: { kind: "case", id: link.id },
    event: { type: "customer.withdrew", ...said },
    key: `${link.id}:${said.line}:withdrawn`,
  };
}

/** Tells a case that nobody waits for it any more. */
export function tellCancelled(link: CaseLink, at: number): Tell {
  return {
    to: { kind: "case", id: link.id },
    event: { type: "customer.cancelled", at },
    key: `${link.id}:cancelled:${link.reopened ?? 0}`,
  };
}

/** What the customer may expect: the next opening, a desk without people, or his place in the queue. */
function prospects(
  link: CaseLink,
  language: Language,
  rules: CaseRules,
  t: Texts,
): readonly string[] {
  const { ahead = null, online = null, closed } = link;
  if (closed !== undefined) {
    return [t.outOfHours(wordsForTime(closed.opensAt, closed.timeZone, language))];
  }
  const { longQueueAt } = rules;
  if (ahead !== null && longQueueAt !== null && ahead >= longQueueAt) return [t.longQueue(ahead)];
  const place = ahead === null ? [] : [t.queuePlace(ahead)];
  return online === 0 ? [t.nobodyOnline, ...place] : place;
}

/** Tells the customer that a person has been called. */
export function composeEscalation(context: DialogueContext, rules: CaseRules): Reply {
  const { active, openCase: link } = context;
  const language = active?.language ?? context.language;
  const t = textsIn(language);
  const first = t.escalated[active?.escalation ?? "asked-for-person"];
  const gap = language === "zh" ? "" : " ";
  const parts =
    link === null
      ? [first]
      : [first, ...prospects(link, language, rules, t), t.caseNumber(link.id)];
  const text = parts.join(gap);
  return {
    ...say(text, language, "escalate"),
    question: active?.question ?? null,
    confidence: active?.assessment?.answerable ?? null,
    case: link?.id ?? null,
  };
}
