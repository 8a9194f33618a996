import { randomBytes } from "node:crypto";
import { z } from "zod";
import { FrontdeskError, messageId } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { LoggedMessage, MessageLog } from "../../ports/message-log.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { key } from "./redis-keys.ts";
import { createLogAudience } from "./redis-log-audience.ts";
import { integer } from "./redis-replies.ts";
import type { ScriptName } from "./redis-scripts/index.ts";
import { messageBodySchema } from "./stored-values.ts";

/** More of one conversation are not kept; the oldest go first. */
const MAX_MESSAGES = 1_000;
/** After a time in which nothing could be heard, so many messages at most are told late. */
const MAX_MISSED = 100;

const rowSchema = z.tuple([z.string(), z.number(), z.string(), z.number()]);
type Row = z.infer<typeof rowSchema>;
const addedSchema = z.tuple([z.number(), rowSchema]);
const rowsSchema = z.array(rowSchema);

function toMessage([id, seq, body]: Row): LoggedMessage {
  return { id: messageId(id), seq, ...messageBodySchema.parse(JSON.parse(body)) };
}

/** A row that is there; null for one that is missing or was removed. */
function rowOf(reply: unknown): Row | null {
  if (reply === null) return null;
  const row = rowSchema.parse(reply);
  return row[3] === 0 ? row : null;
}

/** A message log that listens to others. */
export interface RedisMessageLog extends MessageLog {
  /** Listens no more; the connection stays open. */
  close(): Promise<void>;
}

/**
 * The transcript of console and HTTP conversations in Redis, for all processes together: who watches in one sees what is
 * said in another. All of it lies in one Cluster slot. A message is kept for `ttlSeconds`, the newest 1,000 of a
 * conversation.
 */
export function createRedisMessageLog(options: {
  readonly connection: RedisConnection;
  readonly ttlSeconds: number;
  readonly logger: Logger;
}): RedisMessageLog {
  const { connection, ttlSeconds, logger } = options;
  const channel = key(connection.prefix, "log-events");
  const run = (
    script: ScriptName,
    parameters: readonly (string | number)[],
    what: string,
  ): Promise<unknown> => connection.runAt("log", script, parameters, what);
  const audience = createLogAudience({
    connection,
    channel,
    readAfter: (id, seq) =>
      readRows(connection, {
        conversationId: id,
        afterSeq: seq,
        limit: MAX_MISSED,
        isWhole: false,
      }),
    logger,
  });
  const { sender } = audience;

  const change = async (
    id: string,
    body: Omit<LoggedMessage, "id" | "seq">,
    isRemoval: boolean,
  ): Promise<boolean> => {
    const parameters = [id, JSON.stringify(body), isRemoval ? 1 : 0, channel, sender];
    return integer(await run("fdLogChange", parameters, `change message ${id}`)) === 1;
  };
  const find = async (script: "fdLogFind" | "fdLogGet", name: string): Promise<Row | null> =>
    rowOf(await run(script, [name], "look for a message"));

  return {
    add: async ({ key: name, ...message }) => {
      const id = `m-${randomBytes(9).toString("base64url")}`;
      const { conversationId: conversation } = message;
      const body = JSON.stringify(message);
      const parameters = [name, conversation, id, body, ttlSeconds, MAX_MESSAGES, channel, sender];
      const reply = await run("fdLogAdd", parameters, "add a message");
      const [isNew, row] = addedSchema.parse(reply);
      const logged = toMessage(row);
      if (isNew === 1) audience.tell(conversation, { type: "message", message: logged });
      return logged;
    },
    find: async (name) => {
      const row = await find("fdLogFind", name);
      return row === null ? null : toMessage(row);
    },
    replace: async (id, reply) => {
      const row = await find("fdLogGet", id);
      const message = row === null ? null : { ...toMessage(row), reply, text: reply.text };
      if (message === null || !(await change(id, bodyOf(message), false))) {
        throw new FrontdeskError(
          "delivery_rejected",
          `Message ${id} cannot be changed: it is not there any more.`,
        );
      }
      audience.tell(message.conversationId, { type: "edited", message });
    },
    remove: async (id) => {
      const row = await find("fdLogGet", id);
      if (row === null) return;
      const message = toMessage(row);
      const isRemoved = await change(
        id,
        { ...bodyOf(message), name: "", text: "", reply: null },
        true,
      );
      if (isRemoved) audience.tell(message.conversationId, { type: "removed", id });
    },
    hideEarlier: async (id) => {
      await run("fdLogHide", [id, ttlSeconds], "put a transcript out of sight");
    },
    removeAll: async (id) => {
      const removed = integer(await run("fdLogClear", [id], "remove a transcript"));
      audience.pass(id, { type: "erased" });
      return removed;
    },
    read: (query) => readRows(connection, query),
    progress: (id, progress) => audience.pass(id, { type: "progress", progress }),
    settle: (id, message, outcome) =>
      audience.pass(id, { type: "settled", messageId: message, outcome }),
    watch: (id, listener) => audience.watch(id, listener),
    close: async () => audience.close(),
  };
}

function bodyOf({ id: _id, seq: _seq, ...body }: LoggedMessage): Omit<LoggedMessage, "id" | "seq"> {
  return body;
}

async function readRows(
  connection: RedisConnection,
  query: Parameters<MessageLog["read"]>[0],
): Promise<readonly LoggedMessage[]> {
  const { conversationId, afterSeq, beforeSeq, limit, isWhole } = query;
  const parameters = [conversationId, afterSeq, limit, isWhole ? 1 : 0, beforeSeq ?? ""];
  const reply = await connection.runAt("log", "fdLogRead", parameters, "read a transcript");
  return rowsSchema.parse(reply).map(toMessage).toReversed();
}
