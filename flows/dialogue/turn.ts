import { detectLanguage, type Language, type StageTimings } from "../../src/core/index.ts";
import {
  type ActiveTurn,
  type CaseLink,
  type DialogueContext,
  type Incoming,
  MAX_ATTACHMENTS,
  MAX_BURST,
  MAX_QUEUED,
} from "./context.ts";
import { lineOf, strictestAudience } from "./incoming.ts";

function freshTurn(incoming: Incoming, texts: readonly string[], language: Language): ActiveTurn {
  return {
    incoming,
    texts,
    language,
    act: null,
    question: null,
    reading: null,
    round: 0,
    passages: [],
    assessment: null,
    isWebTried: false,
    isRetried: false,
    draft: null,
    generation: 0,
    verified: null,
    escalation: null,
    timings: {},
    reply: null,
  };
}

/** The language of a reply: what is set for the place, else the message's own. */
function languageFor({ manner, text }: Incoming, before: Language): Language {
  return manner?.language ?? detectLanguage(text, before);
}

/** A case about which nobody is asked any more how it was. */
export function withoutAsking(link: CaseLink): CaseLink {
  const { ratingAskedAt: _asked, ...rest } = link;
  return rest;
}

/** Begins a turn with this message or choice. Whoever says something else was not going to rate the help. */
export function startTurn(context: DialogueContext, incoming: Incoming): Partial<DialogueContext> {
  const language = languageFor(incoming, context.language);
  const { closedCase } = context;
  const isCustomer = closedCase?.customer === incoming.principal.userId;
  return {
    active: freshTurn(incoming, [incoming.text], language),
    language,
    ...(isCustomer ? { closedCase: withoutAsking(closedCase) } : {}),
  };
}

/** The messages of a turn as they came. */
export function messagesOf({ burst, incoming }: ActiveTurn): readonly Incoming[] {
  return burst ?? [incoming];
}

/** Several messages as the one that is answered: the last, with the files of all, for those who may read each of them. */
function together(first: Incoming, next: Incoming): Incoming {
  const audience = strictestAudience(first.audience, next.audience);
  const hasAttachments = first.hasAttachments || next.hasAttachments;
  const all = [...(first.attachments ?? []), ...(next.attachments ?? [])];
  const attachments = all.slice(-MAX_ATTACHMENTS);
  const left = [first, next].map((one) => one.filesLeft ?? 0);
  const filesLeft = left.reduce((sum, one) => sum + one, all.length - attachments.length);
  const files = { hasAttachments, attachments, ...(filesLeft > 0 ? { filesLeft } : {}) };
  const { filesLeft: _left, ...rest } = next;
  return { ...rest, audience, ...files };
}

/** What a turn is about when these are its messages. */
export function ofMessages(
  messages: readonly [Incoming, ...Incoming[]],
): Pick<ActiveTurn, "incoming" | "texts" | "burst"> {
  const [first, ...rest] = messages;
  return {
    incoming: rest.reduce(together, first),
    texts: messages.map(({ text }) => text),
    ...(rest.length === 0 ? {} : { burst: messages }),
  };
}

/** Adds a further message of the same person, or a later version of one: what was under way for the turn is void. */
export function mergeIntoTurn(
  context: DialogueContext,
  incoming: Incoming,
): Partial<DialogueContext> {
  const { active } = context;
  if (active === null) return startTurn(context, incoming);
  const others = messagesOf(active).filter((one) => lineOf(one) !== lineOf(incoming));
  const [first, ...rest] = [...others, incoming].slice(-MAX_BURST);
  if (first === undefined) return {};
  return restartTurn(active, ofMessages([first, ...rest]));
}

/** Begins the turn under way anew with these messages. */
export function restartTurn(
  { language: before, timings, meanwhile = [] }: ActiveTurn,
  said: ReturnType<typeof ofMessages>,
): Partial<DialogueContext> {
  const language = languageFor(said.incoming, before);
  const fresh = freshTurn(said.incoming, said.texts, language);
  const kept = meanwhile.length === 0 ? {} : { meanwhile };
  return { active: { ...fresh, ...said, timings, ...kept }, language };
}

/** Whether a message belongs to the turn under way. */
export function isOfActiveAuthor(context: DialogueContext, author: string): boolean {
  return context.active !== null && context.active.incoming.principal.userId === author;
}

/** Lets a message wait until the turn under way is done. */
export function enqueue(context: DialogueContext, incoming: Incoming): Partial<DialogueContext> {
  return { queue: [...context.queue, incoming].slice(0, MAX_QUEUED) };
}

/** What was said beside a turn that has become a case waits for that case, before what came later. */
export function queueWithMeanwhile({ active, queue }: DialogueContext): readonly Incoming[] {
  const { meanwhile = [] } = active ?? {};
  return [...meanwhile, ...queue].toSorted((one, other) => one.at - other.at).slice(0, MAX_QUEUED);
}

/** Takes up the oldest message that waits. */
export function takeNext(context: DialogueContext): Partial<DialogueContext> {
  const [next, ...queue] = context.queue;
  return next === undefined ? {} : { ...startTurn(context, next), queue };
}

/** Changes the turn under way; nothing when there is none. */
export function updateTurn(
  context: DialogueContext,
  change: Partial<ActiveTurn>,
): Partial<DialogueContext> {
  return context.active === null ? {} : { active: { ...context.active, ...change } };
}

/** Adds what a stage took; stages that run twice add up. */
export function addTimings(timings: StageTimings, more: StageTimings): StageTimings {
  const sum: Record<string, number> = { ...timings };
  for (const [stage, took] of Object.entries(more)) sum[stage] = (sum[stage] ?? 0) + took;
  return sum;
}
