import {
  type Audience,
  type DialogueEvent,
  type InboundMessage,
  NAMES_SOMEBODY,
} from "../../src/core/index.ts";
import { matchable, shorten } from "../language/index.ts";
import { matchOption } from "../understand/options.ts";
import { looksLikeQuestion } from "../understand/question-form.ts";
import {
  type DialogueContext,
  type Incoming,
  MAX_ATTACHMENTS,
  MAX_TEXT_CHARACTERS,
} from "./context.ts";

type MessageReceived = Extract<DialogueEvent, { type: "message.received" }>;
type OptionChosen = Extract<DialogueEvent, { type: "option.chosen" }>;

const MAX_OVERHEARD_CHARACTERS = 500;

/** What holds in the place where something came in. */
function placeOf({
  manner,
  canAnswerPrivately = false,
  isSharedTalk,
}: Pick<InboundMessage, "manner" | "canAnswerPrivately" | "isSharedTalk">) {
  return {
    canAnswerPrivately,
    ...(isSharedTalk === undefined ? {} : { isSharedTalk }),
    ...(manner === undefined ? {} : { manner }),
  };
}

/** A message as the dialogue keeps it. */
export function incomingMessage(event: MessageReceived): Incoming {
  const { message } = event;
  const filesLeft = message.attachments.length - MAX_ATTACHMENTS;
  return {
    id: message.id,
    text: shorten(message.text, MAX_TEXT_CHARACTERS),
    chosenOptionId: null,
    hasAttachments: message.attachments.length > 0,
    attachments: message.attachments.slice(0, MAX_ATTACHMENTS),
    ...(filesLeft > 0 ? { filesLeft } : {}),
    address: message.address,
    principal: message.principal,
    audience: message.audience,
    gatherMs: event.gatherMs ?? null,
    at: event.at,
    ...(message.revisionOf === undefined ? {} : { revisionOf: message.revisionOf }),
    ...placeOf(message),
  };
}

/** A pressed option as the dialogue keeps it. */
export function incomingChoice(event: OptionChosen): Incoming {
  return {
    id: event.messageId,
    text: "",
    chosenOptionId: event.optionId,
    hasAttachments: false,
    address: event.address,
    principal: event.principal,
    audience: event.audience,
    gatherMs: 0,
    at: event.at,
    ...placeOf(event),
  };
}

/** By what a message is known: its first version, however often it was mended. */
export function lineOf({ id, revisionOf }: Pick<Incoming, "id" | "revisionOf">): string {
  return revisionOf ?? id;
}

/** Whether only this person sees what is said here, while others belong to the conversation: a thread, or a chain of replies. */
export function isAside(
  incoming: Pick<Incoming, "address" | "audience" | "isSharedTalk">,
): boolean {
  // Where nobody said whose conversation it is, what only one person sees stays out of it.
  const { address, audience, isSharedTalk = address.ephemeral } = incoming;
  return isSharedTalk && audience.kind === "private";
}

/** Who will read when two audiences must both be served: only what both may see. */
export function strictestAudience(one: Audience, other: Audience): Audience {
  if (one.kind === "private") return other;
  if (other.kind === "private") return one;
  return {
    kind: "shared",
    visible: one.visible.filter((visibility) => other.visible.includes(visibility)),
  };
}

/**
 * Whether a message is meant for the bot while it follows the talk: it is named, or the person it last spoke with
 * plainly asks on, chooses or has a flow under way. When in doubt, it is not.
 */
export function isForBot(context: DialogueContext, message: InboundMessage): boolean {
  if (message.isAddressed) return true;
  // Talk that was mended is for whoever heard it before.
  if (message.revisionOf !== undefined) return false;
  if (message.text.length > MAX_OVERHEARD_CHARACTERS || NAMES_SOMEBODY.test(message.text)) {
    return false;
  }
  const text = matchable(message.text);
  const author: string = message.principal.userId;
  const asked = context.clarification;
  if (asked !== null && asked.author === author) {
    const options = asked.readings.map(({ id, label }) => ({ id, label }));
    if (matchOption(text, options) !== null) return true;
  }
  if ((context.flows ?? []).some((flow) => flow.author === author)) return true;
  return context.lastReply?.author === author && looksLikeQuestion(text);
}
