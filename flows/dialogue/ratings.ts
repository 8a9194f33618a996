import type { CaseId, DialogueEvent, Language, ReplyOption } from "../../src/core/index.ts";
import { cleanLine, shorten } from "../language/index.ts";
import { textsIn } from "../texts/index.ts";
import { starsIn } from "../understand/stars.ts";
import type { ReplyPost } from "./compose.ts";
import type { CaseLink, DialogueContext, Incoming } from "./context.ts";
import { runningFlow } from "./flows.ts";
import { type Tell, tellRated } from "./handover.ts";
import { incomingChoice, incomingMessage } from "./incoming.ts";
import { say } from "./reply.ts";
import { withoutAsking } from "./turn.ts";

const MAX_COMMENT = 1000;
/** For so long words are taken for a rating, if one was asked for. */
const ASKED_MS = 24 * 60 * 60 * 1000;

/** What a customer thought of the help. */
interface Rating {
  readonly link: CaseLink;
  readonly stars: number;
  readonly comment: string | null;
  readonly incoming: Incoming;
}

function optionPrefix(id: CaseId): string {
  return `rate.${id}.`;
}

/** Five buttons under the bot's words at the end of a case. */
export function ratingOptions(id: CaseId, language: Language): readonly ReplyOption[] {
  const { ratingLabels } = textsIn(language);
  return ratingLabels.map((label, index) => ({ id: `${optionPrefix(id)}${index + 1}`, label }));
}

/** A rating was asked for a short while ago, and since then its customer has neither explained one nor said anything else. */
function isAwaited(context: DialogueContext, link: CaseLink, at: number): boolean {
  if (link.ratingAskedAt === undefined || at - link.ratingAskedAt > ASKED_MS) return false;
  const isOpen = context.clarification === null && context.openCase === null;
  return isOpen && runningFlow(context, link.customer) === null;
}

function inWords(context: DialogueContext, event: DialogueEvent): Rating | null {
  const link = context.closedCase;
  if (event.type !== "message.received" || link === null) return null;
  const { message } = event;
  if (!message.isAddressed || message.principal.userId !== link.customer) return null;
  const said = isAwaited(context, link, event.at) ? starsIn(message.text) : null;
  if (said === null) return null;
  const comment = cleanLine(said.comment);
  return {
    link,
    stars: said.stars,
    comment: comment === "" ? null : shorten(comment, MAX_COMMENT),
    incoming: incomingMessage(event),
  };
}

/** A rating that is explained is complete: words that follow are no other one. */
export function noteRating(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  const { closedCase } = context;
  const isComplete = (inWords(context, event)?.comment ?? null) !== null;
  return isComplete && closedCase !== null ? { closedCase: withoutAsking(closedCase) } : {};
}

/** The case whose buttons were pressed; null for anything else. */
function pressedLink(context: DialogueContext, event: DialogueEvent): CaseLink | null {
  const link = context.closedCase ?? context.openCase;
  if (event.type !== "option.chosen" || link === null) return null;
  return event.optionId.startsWith(optionPrefix(link.id)) ? link : null;
}

/** Whether somebody rates a case that is not his. */
export function isOthersRating(context: DialogueContext, event: DialogueEvent): boolean {
  const link = pressedLink(context, event);
  return (
    event.type === "option.chosen" && link !== null && event.principal.userId !== link.customer
  );
}

/** Says so to him. */
export function postNotRated(context: DialogueContext, event: DialogueEvent): ReplyPost {
  const link = pressedLink(context, event);
  if (event.type !== "option.chosen" || link === null) throw new TypeError("there is no rating");
  const { language } = link;
  return {
    address: event.address,
    reply: say(textsIn(language).rateNotYours, language, "smalltalk"),
  };
}

/** A rating of the case that ended last, by a button or in words ("4 quick and friendly"); null for anything else. */
export function ratingIn(context: DialogueContext, event: DialogueEvent): Rating | null {
  if (event.type !== "option.chosen") return inWords(context, event);
  const link = pressedLink(context, event);
  if (link === null || event.principal.userId !== link.customer) return null;
  const stars = Number(event.optionId.slice(optionPrefix(link.id).length));
  return { link, stars, comment: null, incoming: incomingChoice(event) };
}

function ratingOf(context: DialogueContext, event: DialogueEvent): Rating {
  const rating = ratingIn(context, event);
  if (rating === null) throw new TypeError("there is no rating");
  return rating;
}

/** Tells the case. */
export function tellRating(context: DialogueContext, event: DialogueEvent): Tell {
  const { link, stars, comment, incoming } = ratingOf(context, event);
  return tellRated(link, { stars, comment }, { id: incoming.id, at: event.at });
}

/** Thanks for it. */
export function postRated(context: DialogueContext, event: DialogueEvent): ReplyPost {
  const { link, comment, incoming } = ratingOf(context, event);
  const t = textsIn(link.language);
  const text = comment === null ? t.ratedAskComment : t.rated;
  return { address: incoming.address, reply: say(text, link.language, "smalltalk") };
}
