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
import { strictestAudience } from "./incoming.ts";

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

/** Adds a further message of the same person: what was under way for the turn is void. */
export function mergeIntoTurn(
  context: DialogueContext,
  incoming: Incoming,
): Partial<DialogueContext> {
  const { active } = context;
  if (active === null) return startTurn(context, incoming);
  const audience = strictestAudience(active.incoming.audience, incoming.audience);
  const hasAttachments = active.incoming.hasAttachments || incoming.hasAttachments;
  const all = [...(active.incoming.attachments ?? []), ...(incoming.attachments ?? [])];
  const attachments = all.slice(-MAX_ATTACHMENTS);
  const left = [active.incoming, incoming].map((one) => one.filesLeft ?? 0);
  const filesLeft = left.reduce((sum, one) => sum + one, all.length - attachments.length);
  const texts = [...active.texts, incoming.text].slice(-MAX_BURST);
  const language = languageFor(incoming, active.language);
  const files = { hasAttachments, attachments, ...(filesLeft > 0 ? { filesLeft } : {}) };
  const merged = freshTurn({ ...incoming, audience, ...files }, texts, language);
  const { timings, meanwhile = [] } = active;
  const kept = meanwhile.length === 0 ? {} : { meanwhile };
  return { active: { ...merged, timings, ...kept }, language };
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
