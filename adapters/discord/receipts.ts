import { z } from "zod";
import type { Reply } from "../../src/core/index.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import type { Remembered } from "../shared/remembered.ts";

const DAY_MS = 24 * 3_600_000;

const sentSchema = z.object({
  channel: z.string(),
  /** How many messages it is shown as. */
  n: z.number(),
  ids: z.array(z.string()),
});
/** What is known of a reply that was sent: its messages in their order. */
type Sent = z.infer<typeof sentSchema>;

const ownerSchema = z.object({ key: z.string() });

/**
 * Which messages belong to which reply: Discord keeps no key of ours with a message. What is lost here is found again by
 * reply reference.
 */
export interface Receipts {
  of(key: string): Promise<Sent | null>;
  /** Notes what is there by now; before the first message already, so that a crash leaves the number of parts. */
  note(key: string, sent: Sent, forMs?: number): Promise<void>;
  /** Which reply a message belongs to. */
  ownerOf(message: string): Promise<string | null>;
  /** Whether a message is an answer, not a line beside one. */
  isAnswer(message: string): Promise<boolean>;
  /** The replies that a question got. */
  answersTo(question: string): Promise<readonly string[]>;
  noteAnswer(question: string, key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

const keysSchema = z.array(z.string());
const MAX_ANSWERS = 10;

/** How long it is known where a reply stands: what people of the desk said can be changed for as long as their case is known. */
export function knownForMs({ speaker }: Pick<Reply, "speaker">): number {
  return speaker.kind === "agent" ? CASE_MS : 2 * DAY_MS;
}

/** Lines beside the answers. */
const BESIDE = /^(?:notice\/|announced\/|in-line:)/u;

export function createReceipts(memory: Remembered): Receipts {
  const ownerOf: Receipts["ownerOf"] = async (message) =>
    (await memory.get(`posted:${message}`, ownerSchema))?.key ?? null;
  return {
    of: (key) => memory.get(`sent:${key}`, sentSchema),
    async note(key, sent, forMs = 2 * DAY_MS) {
      await memory.set(`sent:${key}`, sent, forMs);
      const id = sent.ids.at(-1);
      if (id !== undefined) await memory.set(`posted:${id}`, { key }, forMs);
    },
    ownerOf,
    async isAnswer(message) {
      const owner = await ownerOf(message);
      return owner !== null && !BESIDE.test(owner);
    },
    answersTo: async (question) => (await memory.get(`answers:${question}`, keysSchema)) ?? [],
    async noteAnswer(question, key) {
      const known = (await memory.get(`answers:${question}`, keysSchema)) ?? [];
      if (known.includes(key)) return;
      await memory.set(`answers:${question}`, [...known, key].slice(-MAX_ANSWERS), 2 * DAY_MS);
    },
    forget: (key) => memory.delete(`sent:${key}`),
  };
}
