import Database from "libsql";
import { z } from "zod";
import { FrontdeskError, messageId } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";

/** A platform in a file, so that several processes see the same messages and a killed one loses none. */
export interface FileChannel extends Channel {
  /** Texts of all messages, in order; like Slack it does not notice a key that was posted before. */
  texts(): readonly string[];
  close(): void;
}

/** Is told where a post stands, so that a test can end the process there. */
export type PostObserver = (point: "before-send" | "after-send" | "after-edit") => void;

const row = z.object({ id: z.int(), text: z.string() });

/** Opens the platform in this file. */
export function createFileChannel(
  file: string,
  options: {
    readonly drafts?: { readonly minIntervalMs: number };
    readonly at?: PostObserver;
  } = {},
): FileChannel {
  const database = new Database(file, { timeout: 2_000 });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(
    "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, key TEXT NOT NULL, text TEXT NOT NULL)",
  );
  const at = options.at ?? (() => {});
  const rowsOf = (sql: string, ...values: readonly string[]) =>
    row.array().parse(database.prepare(sql).all([...values]));

  return {
    platform: "console",
    settleMs: 0,
    ...(options.drafts === undefined ? {} : { drafts: options.drafts }),
    post: async ({ key, reply }) => {
      at("before-send");
      database.prepare("INSERT INTO message (key, text) VALUES (?, ?)").run([key, reply.text]);
      const [last] = rowsOf("SELECT id, text FROM message ORDER BY id DESC LIMIT 1");
      at("after-send");
      return { messageId: messageId(String(last?.id)) };
    },
    edit: async (id, { reply }) => {
      const { changes } = database
        .prepare("UPDATE message SET text = ? WHERE id = ?")
        .run([reply.text, Number(id)]);
      if (changes === 0) throw new FrontdeskError("delivery_rejected", `no message ${id}`);
      at("after-edit");
    },
    remove: async (id) => {
      database.prepare("DELETE FROM message WHERE id = ?").run([Number(id)]);
    },
    find: async (key) => {
      const [found] = rowsOf("SELECT id, text FROM message WHERE key = ?", key);
      return found === undefined ? null : { messageId: messageId(String(found.id)) };
    },
    progress: () => {},
    texts: () => rowsOf("SELECT id, text FROM message ORDER BY id").map(({ text }) => text),
    close: () => {
      database.close();
    },
  };
}
