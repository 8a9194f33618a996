import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type ConversationId, conversationId, errorMessage, messageId } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ConversationEvent, LoggedMessage } from "../../ports/message-log.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { integer } from "./redis-replies.ts";
import { messageBodySchema } from "./stored-values.ts";
import { createWatchers } from "./watchers.ts";

/** Those who watch conversations, in this process and by what others publish. */
export interface LogAudience {
  /** Sent along with what this process changes, so that its own watchers are not told twice. */
  readonly sender: string;
  /** Tells the watchers here of a change; the script that made it has told the others. */
  tell(id: ConversationId, event: ConversationEvent): void;
  /** Tells all watchers of something that is never stored. */
  pass(id: ConversationId, event: ConversationEvent): void;
  watch(id: ConversationId, listener: (event: ConversationEvent) => void): () => void;
  close(): void;
}

/** What another process published: a change as a script tells it, or something in passing. */
const publishedSchema = z.union([
  z.tuple([
    z.string(),
    z.string(),
    z.enum(["message", "edited", "removed"]),
    z.string(),
    z.number(),
    z.string(),
  ]),
  // It comes from our own code and is shown, never kept.
  z.tuple([z.string(), z.string(), z.literal("passing"), z.custom<ConversationEvent>(isEvent)]),
]);
type Published = z.infer<typeof publishedSchema>;

function isEvent(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value;
}

function eventOf(published: Published): ConversationEvent {
  if (published[2] === "passing") return published[3];
  const [, , what, id, seq, body] = published;
  if (what === "removed") return { type: what, id: messageId(id) };
  const message = { id: messageId(id), seq, ...messageBodySchema.parse(JSON.parse(body)) };
  return { type: what, message };
}

/** Starts to listen. Messages that were added while nothing could be heard are told afterwards. */
export function createLogAudience(options: {
  readonly connection: RedisConnection;
  readonly channel: string;
  /** The messages of a conversation after a number, oldest first. */
  readonly readAfter: (id: ConversationId, seq: number) => Promise<readonly LoggedMessage[]>;
  readonly logger: Logger;
}): LogAudience {
  const { connection, channel, readAfter, logger } = options;
  const sender = randomUUID();
  const watchers = createWatchers<ConversationId, ConversationEvent>();
  /** Conversations that are watched: by how many, and the number of the last message that was told. */
  const watched = new Map<ConversationId, { count: number; seq: number | null }>();

  const tell = (id: ConversationId, event: ConversationEvent): void => {
    const place = watched.get(id);
    if (place === undefined) return;
    if (event.type === "message") {
      if (place.seq !== null && event.message.seq <= place.seq) return;
      place.seq = event.message.seq;
    }
    watchers.tell(id, event);
  };
  const inBackground = (what: Promise<void>): void => {
    what.catch((error: unknown) => {
      logger.debug({ reason: errorMessage(error) }, "a watched conversation cannot be looked at");
    });
  };
  const catchUp = async (id: ConversationId, seq: number): Promise<void> => {
    for (const message of await readAfter(id, seq)) tell(id, { type: "message", message });
  };
  const stopListening = connection.subscriber.listen(channel, {
    onMessage: (text) => {
      const published = publishedSchema.parse(JSON.parse(text));
      if (published[0] !== sender) tell(conversationId(published[1]), eventOf(published));
    },
    onListening: () => {
      for (const [id, { seq }] of watched) if (seq !== null) inBackground(catchUp(id, seq));
    },
  });
  const begin = async (id: ConversationId): Promise<void> => {
    const last = integer(await connection.runAt("log", "fdLogLast", [], "look at the log"));
    const place = watched.get(id);
    if (place !== undefined) place.seq ??= last;
  };

  return {
    sender,
    tell,
    pass: (id, event) => {
      watchers.tell(id, event);
      const text = JSON.stringify([sender, id, "passing", event]);
      // What cannot be told now is never told; the connection itself tells of the trouble.
      connection.runAt("log", "fdLogPass", [channel, text], "tell in passing").catch(() => {});
    },
    watch: (id, listener) => {
      const place = watched.get(id) ?? { count: 0, seq: null };
      watched.set(id, place);
      place.count += 1;
      if (place.count === 1) inBackground(begin(id));
      const stop = watchers.watch(id, listener);
      let isStopped = false;
      return () => {
        if (isStopped) return;
        isStopped = true;
        stop();
        place.count -= 1;
        if (place.count === 0) watched.delete(id);
      };
    },
    close: () => {
      stopListening();
      watched.clear();
    },
  };
}
