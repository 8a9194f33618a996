import { type DialogueEvent, NAMES_SOMEBODY } from "../../src/core/index.ts";
import type { DialogueSettings } from "../settings.ts";
import { type DialogueContext, MAX_BURST, MAX_QUEUED } from "./context.ts";
import { isForBot } from "./incoming.ts";
import { isOfActiveAuthor } from "./turn.ts";

/** The message names the bot, or stands where everything is for the bot. */
export function isAddressed(event: DialogueEvent): boolean {
  return event.type === "message.received" && event.message.isAddressed;
}

/** The message is for the bot, named or plainly so. */
export function isMeant(context: DialogueContext, event: DialogueEvent): boolean {
  return event.type === "message.received" && isForBot(context, event.message);
}

/** What is asked by a command: the platform waits for an answer to each one, so none joins another. */
function standsAlone(event: Extract<DialogueEvent, { type: "message.received" }>): boolean {
  return event.message.address.ephemeral;
}

/** A further message of a burst: the same person, not speaking to somebody else. */
export function isOfBurst(context: DialogueContext, event: DialogueEvent): boolean {
  return (
    event.type === "message.received" &&
    !standsAlone(event) &&
    isOfActiveAuthor(context, event.message.principal.userId) &&
    (event.message.isAddressed || !NAMES_SOMEBODY.test(event.message.text))
  );
}

/** A message of the person whose turn is under way: it joins that turn, unless what is tried there are an agent's words. */
export function continuesTurn(context: DialogueContext, event: DialogueEvent): boolean {
  return (
    event.type === "message.received" &&
    !standsAlone(event) &&
    context.active?.isReturned !== true &&
    isOfActiveAuthor(context, event.message.principal.userId) &&
    isForBot(context, event.message)
  );
}

/** Something for the bot that finds room in the queue. */
export function mayWait(context: DialogueContext, event: DialogueEvent): boolean {
  const isForUs = event.type === "option.chosen" || isMeant(context, event);
  return isForUs && context.queue.length < MAX_QUEUED;
}

/** Words of the person for whom a case is being opened: they belong to it, whether or not they name the bot. */
export function isForNewCase(context: DialogueContext, event: DialogueEvent): boolean {
  return (
    event.type === "message.received" && isOfActiveAuthor(context, event.message.principal.userId)
  );
}

/** Words beside a turn that would belong to the case, should one be opened: the asker's own, not meant for somebody else. */
export function mayBelongToCase(context: DialogueContext, event: DialogueEvent): boolean {
  return (
    event.type === "message.received" &&
    isForNewCase(context, event) &&
    !event.message.isAddressed &&
    event.message.revisionOf === undefined &&
    !NAMES_SOMEBODY.test(event.message.text)
  );
}

/** Such words that find room in the queue. */
export function mayWaitForCase(context: DialogueContext, event: DialogueEvent): boolean {
  return isForNewCase(context, event) && context.queue.length < MAX_QUEUED;
}

/** The turn under way is the one that is to end: nobody takes back what somebody else asked. */
export function isMeantToStop(context: DialogueContext, event: DialogueEvent): boolean {
  if (event.type !== "stop.requested" || context.active === null) return false;
  if (event.by !== undefined && !isOfActiveAuthor(context, event.by)) return false;
  const { incoming, texts } = context.active;
  // An answer to several messages has more to answer: a mended one joins it.
  return event.of === undefined || (texts.length === 1 && event.of.includes(incoming.id));
}

/** Nothing more is waited for: no pause is set, or the burst is long enough. */
export function hasGathered(context: DialogueContext, settings: DialogueSettings): boolean {
  const { active } = context;
  if (active === null) return false;
  return (active.incoming.gatherMs ?? settings.gatherMs) === 0 || active.texts.length >= MAX_BURST;
}

/** A further miss calls a person. */
export function isLastMiss(context: DialogueContext, settings: DialogueSettings): boolean {
  if (context.active?.isReturned === true) return false;
  return context.misses + 1 >= settings.missesToEscalate;
}

/** Lines from elsewhere are taken only where nothing was said yet. */
export function isBlank(context: DialogueContext): boolean {
  return context.active === null && context.turns.length === 0 && context.openCase === null;
}
