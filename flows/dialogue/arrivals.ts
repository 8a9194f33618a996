import { type DialogueEvent, detectLanguage } from "../../src/core/index.ts";
import { shorten } from "../language/index.ts";
import { textsIn } from "../texts/index.ts";
import type { ReplyPost } from "./compose.ts";
import {
  type DialogueContext,
  type Incoming,
  MAX_MEANWHILE,
  MAX_TURN_CHARACTERS,
} from "./context.ts";
import { addTurns } from "./history.ts";
import { incomingChoice, incomingMessage } from "./incoming.ts";
import { say } from "./reply.ts";
import { enqueue, mergeIntoTurn, startTurn } from "./turn.ts";

type Seeded = Extract<DialogueEvent, { type: "conversation.seeded" }>;

/** Begins a turn with what came in. */
export function begin(context: DialogueContext, event: DialogueEvent): Partial<DialogueContext> {
  if (event.type === "message.received") return startTurn(context, incomingMessage(event));
  if (event.type === "option.chosen") return startTurn(context, incomingChoice(event));
  return {};
}

/** Adds a message to the turn under way. */
export function merge(context: DialogueContext, event: DialogueEvent): Partial<DialogueContext> {
  return event.type === "message.received" ? mergeIntoTurn(context, incomingMessage(event)) : {};
}

/** Lets what came in wait. */
export function wait(context: DialogueContext, event: DialogueEvent): Partial<DialogueContext> {
  if (event.type === "message.received") return enqueue(context, incomingMessage(event));
  if (event.type === "option.chosen") return enqueue(context, incomingChoice(event));
  return {};
}

/** Lets words wait until the case to which they belong is open. */
export function waitForCase(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  if (event.type !== "message.received") return {};
  const incoming = incomingMessage(event);
  return enqueue(
    context,
    event.message.isAddressed ? incoming : { ...incoming, isUnaddressed: true },
  );
}

/** Keeps words beside a turn for the case that may come of it; the newest ones, when there are many. */
export function keepMeanwhile(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  const { active } = context;
  if (event.type !== "message.received" || active === null) return {};
  const said: Incoming = { ...incomingMessage(event), isUnaddressed: true };
  const meanwhile = [...(active.meanwhile ?? []), said].slice(-MAX_MEANWHILE);
  return { active: { ...active, meanwhile } };
}

/** Says that no more can wait. */
export function postTooBusy(
  context: DialogueContext,
  event: Extract<DialogueEvent, { type: "message.received" | "option.chosen" }>,
): ReplyPost {
  const address = event.type === "message.received" ? event.message.address : event.address;
  const { language } = context;
  return { address, reply: say(textsIn(language).tooBusy, language, "decline") };
}

/** Says that its author has asked too much, and when to ask again; nothing else of the message is looked at. */
export function postLimited(event: Extract<DialogueEvent, { type: "message.limited" }>): ReplyPost {
  const { address, text } = event.message;
  const language = detectLanguage(text);
  const seconds = Math.max(1, Math.ceil(event.retryInMs / 1_000));
  return { address, reply: say(textsIn(language).tooFast(seconds), language, "decline") };
}

/** Takes over lines that were said elsewhere. */
export function seed(context: DialogueContext, event: Seeded): Partial<DialogueContext> {
  const turns = event.turns.map((turn) => ({
    ...turn,
    text: shorten(turn.text, MAX_TURN_CHARACTERS),
  }));
  const asked = turns.findLast((turn) => turn.role === "user");
  const answered = turns.findLast((turn) => turn.role === "bot");
  return {
    ...addTurns(context, turns),
    language: asked?.language ?? context.language,
    focus:
      asked === undefined
        ? null
        : { question: asked.text, answer: answered?.text ?? "", titles: [] },
  };
}

/** The talk is over: later questions stand on their own. */
export function endTopic(): Partial<DialogueContext> {
  return { flows: [], focus: null, clarification: null, hasOfferedPerson: false, misses: 0 };
}
