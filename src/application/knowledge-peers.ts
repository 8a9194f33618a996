import { createHash } from "node:crypto";
import { once } from "node:events";
import { hostname } from "node:os";
import { z } from "zod";
import { errorMessage, timeLimit } from "../core/index.ts";
import type { ComponentHealth } from "../ports/application.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { KnowledgeBase } from "../ports/knowledge-base.ts";
import type { Logger } from "../ports/logger.ts";

/** Name of the component in the status. */
export const KNOWLEDGE_PEERS = "Workers";

const PREFIX = "knowledge-of:";
const TELL_EVERY_MS = 30_000;
/** Whoever has not told for so long is gone. */
const TOLD_MS = 3 * TELL_EVERY_MS;
const MAX_PEERS = 100;
const FORGET_MS = 1_000;

const noteSchema = z.object({ machine: z.string(), documents: z.number(), chunks: z.number() });
type Note = z.infer<typeof noteSchema>;

/** Whether all processes that answer do so from the same documents. */
export interface KnowledgePeers {
  /** Also tells the others at once what this process answers from. */
  check(): Promise<ComponentHealth>;
  close(): Promise<void>;
}

/**
 * Processes that share one Redis tell one another how much they know, so that it is noticed when each of them answers from
 * documents of its own. Content is not compared: the same number of documents and passages counts as the same knowledge.
 */
export function createKnowledgePeers(options: {
  readonly memory: Pick<KeyedMemory, "set" | "list" | "delete">;
  readonly knowledge: Pick<KnowledgeBase, "status">;
  /** Tells processes of one machine apart. */
  readonly dataDir: string;
  readonly logger: Logger;
}): KnowledgePeers {
  const { memory, knowledge, logger } = options;
  const machine = hostname();
  // The same after a restart, which is no second process.
  const digest = createHash("sha256").update(`${machine}\n${options.dataDir}`).digest("base64url");
  const name = `${PREFIX}${digest.slice(0, 16)}`;

  const tell = async (): Promise<Note> => {
    const { documents, chunks } = await knowledge.status();
    const note = { machine, documents, chunks };
    await memory.set(name, note, TOLD_MS);
    return note;
  };
  const timer = setInterval(() => {
    tell().catch((error: unknown) => {
      logger.debug({ reason: errorMessage(error) }, "what is known here could not be told");
    });
  }, TELL_EVERY_MS);

  return {
    async check() {
      const mine = await tell();
      const told = await memory.list(PREFIX, MAX_PEERS);
      const others = told.flatMap((one): readonly Note[] => {
        const note = one.name === name ? null : noteSchema.safeParse(one.value);
        return note?.success === true ? [note.data] : [];
      });
      const differing = others.find(
        ({ documents, chunks }) => documents !== mine.documents || chunks !== mine.chunks,
      );
      if (differing === undefined) {
        const detail = `${others.length + 1} answer from the same documents`;
        return { name: KNOWLEDGE_PEERS, state: "ok", detail };
      }
      const detail = `A worker on ${differing.machine} answers from ${differing.documents} documents, this one from ${mine.documents}: the same question may get different answers. Start one knowledge server and set KNOWLEDGE_URL on every worker (docs/operate.md).`;
      return { name: KNOWLEDGE_PEERS, state: "degraded", detail };
    },
    async close() {
      clearInterval(timer);
      // Where the memory is away the note is forgotten by itself.
      const forgotten = memory.delete(name).catch(() => {});
      await Promise.race([forgotten, once(timeLimit(FORGET_MS), "abort")]);
    },
  };
}
