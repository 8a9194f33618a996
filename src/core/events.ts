import type { Audience, Principal } from "./access.ts";
import type { CasePriority, CaseResolution, HandoffPacket } from "./case.ts";
import type { CaseId, ConversationId, MessageId } from "./ids.ts";
import type { InboundMessage, Manner, ReplyAddress, SharedFile } from "./message.ts";
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
      readonly isSharedTalk?: boolean;
      readonly at: number;
    }
  /**
   * The reader wants the running answer to end.
   * `by`: the user id of somebody who mends or takes back his own question; what others asked goes on. Absent: whichever answer runs.
   * `isPressed`: he (or an admin in his stead) pressed "Stop", and what was shown stays; else his question is gone or another.
   * `shown`: what readers have seen of that answer, put in by the runtime that was writing it.
   * `of`: the message that he mends or takes back, by the ids of its versions; only an answer to it alone ends.
   */
  | {
      readonly type: "stop.requested";
      readonly by?: string;
      readonly isPressed?: boolean;
      readonly shown?: string;
      readonly of?: readonly MessageId[];
      readonly at: number;
    }
  /** A message was taken back by its author; `message` is the id of its first version. */
  | { readonly type: "message.withdrawn"; readonly message: MessageId; readonly at: number }
  /** Forget what was said and start anew. */
  | { readonly type: "conversation.reset"; readonly at: number }
  /** Lines said elsewhere before; only a conversation without turns takes them. */
  | { readonly type: "conversation.seeded"; readonly turns: readonly Turn[]; readonly at: number }
  | CaseTold;

interface FromCase {
  readonly caseId: CaseId;
  /** The agent's name, as the customer is to see it. */
  readonly agent: string;
  readonly at: number;
}

/** What a case tells its dialogue. */
export type CaseTold =
  | (FromCase & { readonly type: "case.claimed" })
  /** Nobody has it any more; it waits again. */
  | (FromCase & { readonly type: "case.released" })
  | (FromCase & {
      readonly type: "case.replied";
      readonly text: string;
      /** Names what was said, for when it is changed or taken back. */
      readonly line?: string;
      readonly files?: readonly SharedFile[];
    })
  /** What was said before is now this. */
  | (FromCase & { readonly type: "case.revised"; readonly line: string; readonly text: string })
  /** What was said before is taken back. */
  | (FromCase & { readonly type: "case.withdrawn"; readonly line: string })
  /** `isSilent`: the customer was blocked, and is told nothing. `isIdle`: he has said nothing more, and is not asked how it was. */
  | (FromCase & {
      readonly type: "case.resolved";
      readonly isSilent?: boolean;
      readonly isIdle?: boolean;
    })
  /** The bot is to go on; with a hint it tries at once. */
  | (FromCase & { readonly type: "case.returned"; readonly hint: string | null })
  /** A resolved case goes on; `isClaimed` when somebody has it already. */
  | (FromCase & { readonly type: "case.reopened"; readonly isClaimed: boolean });

/** Who acts at the desk. */
interface ByAgent {
  /** Name to show. */
  readonly agent: string;
  /** The same person everywhere (`slack:U123`); absent: the name itself. */
  readonly by?: string;
  /** Where it was written (`slack:C1/170000.1`). */
  readonly origin?: string;
  readonly at: number;
}

/** What an agent wrote, with the files that came with it. */
interface Written {
  readonly text: string;
  readonly files?: readonly SharedFile[];
}

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
      /** Names the line, for when it is changed or taken back. */
      readonly line?: string;
      readonly files?: readonly SharedFile[];
      readonly at: number;
    }
  | {
      readonly type: "customer.revised";
      readonly name: string;
      readonly text: string;
      readonly line: string;
      readonly at: number;
    }
  | {
      readonly type: "customer.withdrew";
      readonly name: string;
      readonly line: string;
      readonly at: number;
    }
  /** The customer no longer needs a person. */
  | { readonly type: "customer.cancelled"; readonly at: number }
  | {
      readonly type: "customer.rated";
      readonly stars: number;
      readonly comment: string | null;
      readonly at: number;
    }
  /** `isAssigned`: the desk gave it to him, since he is there and has room. */
  | (ByAgent & { readonly type: "agent.claimed"; readonly isAssigned?: boolean })
  | (ByAgent & { readonly type: "agent.released" })
  /** Somebody is made responsible, whoever had it before. */
  | (ByAgent & {
      readonly type: "agent.assigned";
      readonly to: string;
      readonly toBy?: string;
    })
  | (ByAgent & { readonly type: "agent.transferred"; readonly team: string })
  | (ByAgent & { readonly type: "agent.prioritised"; readonly priority: CasePriority })
  /** Goes to the customer. */
  | (ByAgent & { readonly type: "agent.replied" } & Written)
  /** Stays at the desk. */
  | (ByAgent & { readonly type: "agent.noted" } & Written)
  /** What he wrote at `origin` is now this; `of` says who has read it. */
  | (ByAgent & {
      readonly type: "agent.revised";
      readonly of: "reply" | "note";
      readonly text: string;
    })
  /** What he wrote at `origin` is taken back. */
  | (ByAgent & { readonly type: "agent.withdrew"; readonly of: "reply" | "note" })
  | (ByAgent & { readonly type: "agent.resolved"; readonly resolution?: CaseResolution })
  | (ByAgent & { readonly type: "agent.returned"; readonly hint: string | null })
  | (ByAgent & { readonly type: "agent.reopened" })
  /** The customer gets no more answers. */
  | (ByAgent & { readonly type: "agent.blocked" });
