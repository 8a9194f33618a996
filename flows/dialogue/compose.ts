import type { Reply, ReplyAddress } from "../../src/core/index.ts";
import type { DialogueSettings } from "../settings.ts";
import { textsIn } from "../texts/index.ts";
import type { DialogueContext } from "./context.ts";
import { decide } from "./decide.ts";
import { composeFlow } from "./flows.ts";
import { composeEscalation } from "./handover.ts";
import {
  composeAnswer,
  composeAskWhat,
  composeClarification,
  composeDecline,
  composeTalk,
  say,
} from "./reply.ts";

/** What a turn ends with. */
export type Ending =
  | "talk"
  | "clarification"
  | "own-words"
  | "ask-what"
  | "answer"
  | "flow"
  | "decline"
  | "escalation"
  | "stopped"
  | "started"
  | "knowledge-down";

/** What an outbox entry `reply.post` carries. */
export interface ReplyPost {
  readonly address: ReplyAddress;
  readonly reply: Reply;
  /** Not to be said any more once a person is in charge. */
  readonly unlessWithAgent?: boolean;
  /** By this name it is found again when it is to be changed or taken back. */
  readonly name?: string;
}

/** What an outbox entry `reply.edit` carries: the reply of this name is now another one. */
export interface ReplyEdit extends ReplyPost {
  readonly name: string;
  /** Said where what stands there cannot be changed. */
  readonly otherwise: Reply;
}

/** What an outbox entry `reply.remove` carries. */
export interface ReplyRemove {
  readonly address: ReplyAddress;
  readonly name: string;
}

/** The reply with which the turn under way ends. */
export function compose(
  context: DialogueContext,
  ending: Ending,
  settings: DialogueSettings,
  /** What readers have seen of an answer that is stopped. */
  shown = "",
): Reply {
  const { active } = context;
  const language = active?.language ?? context.language;
  const t = textsIn(language);
  if (active === null) return say(t.internalError, language, "decline");
  switch (ending) {
    case "talk":
      return composeTalk(context, settings);
    case "clarification":
      return composeClarification(active, active.question ?? "");
    case "own-words":
      return { ...say(t.inYourWords, language, "clarify"), question: active.question };
    case "ask-what":
      return composeAskWhat(active);
    case "answer": {
      const verdict = decide(context, settings);
      const isGuess = verdict === "best-reading" && active.act?.type !== "every-option";
      return composeAnswer(active, verdict === "answer-unsure" || isGuess ? verdict : "answer");
    }
    case "flow":
      return composeFlow(context, active);
    case "decline":
      return composeDecline(active);
    case "escalation":
      return composeEscalation(context, settings.cases);
    case "stopped":
      return {
        ...say(
          shown.trim() === "" ? t.stopped : `${shown.trim()}…\n\n${t.stopped}`,
          language,
          "smalltalk",
        ),
        question: active.question,
        marks: ["stopped"],
      };
    case "started":
      return say(t.started, language, "smalltalk");
    case "knowledge-down":
      return { ...say(t.knowledgeDown, language, "decline"), question: active.question };
  }
}

/** The post of the reply that was composed for the turn under way. */
export function postOf(context: DialogueContext): ReplyPost {
  const { active } = context;
  if (active === null || active.reply === null) throw new TypeError("a turn ends with a reply");
  return {
    address: active.incoming.address,
    reply: {
      ...active.reply,
      ...(active.degraded === undefined ? {} : { degraded: active.degraded }),
      ...(active.translation === undefined ? {} : { translation: active.translation }),
      timings: active.timings,
    },
  };
}
