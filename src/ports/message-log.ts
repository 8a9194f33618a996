import type { ConversationId, EffectKey, MessageId, Progress, Reply } from "../core/index.ts";

/** A message as console conversations keep it: a terminal has no server of its own to hold it. */
export interface LoggedMessage {
  readonly id: MessageId;
  /** Grows over all conversations; for reading on from a place. */
  readonly seq: number;
  readonly conversationId: ConversationId;
  readonly author: "user" | "bot" | "agent";
  /** Whom a `user` message is from. */
  readonly name: string;
  /** The reply for bot and agent, null for user messages. */
  readonly reply: Reply | null;
  readonly text: string;
  /** The message that a bot's message answers. */
  readonly replyTo: MessageId | null;
  readonly at: number;
}

/** What somebody who watches a conversation sees. */
export type ConversationEvent =
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "message"; readonly message: LoggedMessage }
  | { readonly type: "edited"; readonly message: LoggedMessage }
  | { readonly type: "removed"; readonly id: MessageId }
  /** All of the conversation was deleted: nothing more comes of what was asked in it before. */
  | { readonly type: "erased" }
  /** A message was taken in without a reply: passed on to a person, or not meant for the bot. */
  | {
      readonly type: "settled";
      readonly messageId: MessageId;
      readonly outcome: "forwarded" | "ignored";
    };

/** The transcript of conversations at terminals. */
export interface MessageLog {
  /** Adds a message once per key and returns it (the earlier one when the key is known). */
  add(message: {
    readonly key: EffectKey;
    readonly conversationId: ConversationId;
    readonly author: LoggedMessage["author"];
    readonly name: string;
    readonly reply: Reply | null;
    readonly text: string;
    readonly replyTo: MessageId | null;
    readonly at: number;
  }): Promise<LoggedMessage>;
  find(key: EffectKey): Promise<LoggedMessage | null>;
  replace(id: MessageId, reply: Reply): Promise<void>;
  remove(id: MessageId): Promise<void>;
  /** Puts what was said so far out of sight: only `isWhole` reads still show it. */
  hideEarlier(id: ConversationId): Promise<void>;
  /** Removes everything of a conversation and tells those who watch it; returns how many messages went. */
  removeAll(id: ConversationId): Promise<number>;
  /** Oldest first; the newest `limit` of those after `afterSeq`, and before `beforeSeq` where that is given. */
  read(query: {
    readonly conversationId: ConversationId;
    readonly afterSeq: number;
    readonly beforeSeq?: number;
    readonly limit: number;
    readonly isWhole: boolean;
  }): Promise<readonly LoggedMessage[]>;
  /** Tells watchers; never stored. */
  progress(id: ConversationId, progress: Progress): void;
  /** Tells watchers that a message has been dealt with without a reply; never stored. */
  settle(id: ConversationId, messageId: MessageId, outcome: "forwarded" | "ignored"): void;
  watch(id: ConversationId, listener: (event: ConversationEvent) => void): () => void;
}
