import type { Audience, Principal } from "./access.ts";
import type { ConversationId, MessageId } from "./ids.ts";
import type { Language } from "./language.ts";
import type { Platform } from "./platform.ts";

/** Where on a platform a reply belongs. */
export interface ReplyAddress {
  readonly platform: Platform;
  readonly conversationId: ConversationId;
  /** The platform's channel id; for console and HTTP the conversation's own name. */
  readonly channelId: string;
  /** The thread inside the channel, where the platform has threads. */
  readonly threadId: string | null;
  /** The message that is answered, for a reply reference. */
  readonly replyTo: MessageId | null;
  /** Only the asker may see it (slash results). */
  readonly ephemeral: boolean;
}

/** A file that came with a message; its text is taken out later, through a port. */
export interface Attachment {
  readonly name: string;
  readonly mediaType: string | null;
  readonly sizeBytes: number;
  readonly url: string;
}

/** A file that lies at a platform, wherever it is shown. */
export interface SharedFile extends Attachment {
  readonly platform: Platform;
  /** The message with which it came, where several make up what was said; absent where they do not. */
  readonly line?: string;
}

/** How a written answer sounds. */
export const TONES = ["neutral", "friendly", "formal", "brief"] as const;
export type Tone = (typeof TONES)[number];

/** What is set for the place in which somebody writes; null takes the general rule. */
export interface Manner {
  /** Answers rest on this collection only. */
  readonly collection: string | null;
  /** Answers are in this language, whatever the question's is. */
  readonly language: Language | null;
  readonly tone: Tone | null;
  /** At most so many tokens of reasoning before an answer; absent takes the general rule. */
  readonly thoughtTokens?: number;
  /** False: the web is not asked here, whatever the general rule is. */
  readonly web?: boolean;
}

/** A person's message, decoded from its platform. */
export interface InboundMessage {
  readonly id: MessageId;
  readonly address: ReplyAddress;
  readonly principal: Principal;
  readonly audience: Audience;
  /** What the person wrote, without the mention of the bot. At most 16,000 characters; adapters shorten and say so. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly manner?: Manner;
  /** The platform can show an answer in this shared place to the asker alone. */
  readonly canAnswerPrivately?: boolean;
  /** Others belong to the conversation too: what is told to one person alone is not remembered in it. Absent: not known. */
  readonly isSharedTalk?: boolean;
  /** The message of which this is a later version, by the id of its first one; absent for a new message. */
  readonly revisionOf?: MessageId;
  /** False for talk in a followed thread that does not name the bot; the dialogue then decides whether it is meant. */
  readonly isAddressed: boolean;
  /** Milliseconds since the epoch, from the clock of the process that received it. */
  readonly receivedAt: number;
}
