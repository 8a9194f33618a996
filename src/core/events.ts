import type { Audience, Principal } from "./access.ts";
import type { HandoffPacket } from "./case.ts";
import type { CaseId, ConversationId, MessageId } from "./ids.ts";
import type { InboundMessage, Manner, ReplyAddress } from "./message.ts";
import type { Turn } from "./turn.ts";

/** What can happen to a dialogue from outside. `at` is milliseconds since the epoch, set where the event arose. */
export type DialogueEvent =
  | {
      readonly type: "message.received";
      readonly message: InboundMessage;
      /** How long to wait for more of the burst; null for the configured time. */
      readonly gatherMs?: number | null;
      readonly at: number;
    }
  /** A message that is not taken in, since its author has asked too much; told of once per window. */
  | {
      readonly type: "message.limited";
      readonly message: InboundMessage;
      /** When the next one is taken. */
      readonly retryInMs: number;
      readonly at: number;
    }
  | {
      /** A button or a select of a clarifying question. */
      readonly type: "option.chosen";
      readonly optionId: string;
      readonly messageId: MessageId;
      readonly principal: Principal;
      readonly audience: Audience;
      readonly address: ReplyAddress;
      readonly manner?: Manner;
      readonly canAnswerPrivately?: boolean;
      readonly at: number;
    }
  /** The reader wants the running answer to end. */
  | { readonly type: "stop.requested"; readonly at: number }
  /** Forget what was said and start anew. */
  | { readonly type: "conversation.reset"; readonly at: number }
  /** Lines said elsewhere before; only a conversation without turns takes them. */
  | { readonly type: "conversation.seeded"; readonly turns: readonly Turn[]; readonly at: number }
  | {
      readonly type: "case.claimed";
      readonly caseId: CaseId;
      readonly agent: string;
      readonly at: number;
    }
  | {
      readonly type: "case.replied";
      readonly caseId: CaseId;
      readonly agent: string;
      readonly text: string;
      readonly at: number;
    }
  | {
      readonly type: "case.resolved";
      readonly caseId: CaseId;
      readonly agent: string;
      readonly at: number;
    };

/** What can happen to a case. */
export type CaseEvent =
  | {
      readonly type: "case.requested";
      readonly caseId: CaseId;
      readonly conversationId: ConversationId;
      readonly packet: HandoffPacket;
      readonly at: number;
    }
  | {
      readonly type: "customer.wrote";
      readonly name: string;
      readonly text: string;
      readonly at: number;
    }
  /** The customer no longer needs a person. */
  | { readonly type: "customer.cancelled"; readonly at: number }
  | { readonly type: "agent.claimed"; readonly agent: string; readonly at: number }
  | { readonly type: "agent.released"; readonly agent: string; readonly at: number }
  /** Goes to the customer. */
  | {
      readonly type: "agent.replied";
      readonly agent: string;
      readonly text: string;
      readonly at: number;
    }
  /** Stays at the desk. */
  | {
      readonly type: "agent.noted";
      readonly agent: string;
      readonly text: string;
      readonly at: number;
    }
  | { readonly type: "agent.resolved"; readonly agent: string; readonly at: number };
