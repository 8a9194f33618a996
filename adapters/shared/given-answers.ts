import { createHash } from "node:crypto";
import { z } from "zod";
import { type Citation, type EffectKey, isCitation, type Reply } from "../../src/core/index.ts";
import type { Remembered } from "./remembered.ts";

const givenSchema = z.object({
  asked: z.string().nullable(),
  question: z.string().nullable(),
  answer: z.string(),
  citations: z.array(z.custom<Citation>(isCitation)),
  confidence: z.number().nullable(),
});
type GivenAnswer = z.infer<typeof givenSchema>;

/** Answers as they were given, for thumbs that come later: platforms tell of a thumb, not of what it is about. */
export interface GivenAnswers {
  remember(id: string, reply: Reply, asked: string | null): Promise<void>;
  find(id: string): Promise<GivenAnswer | null>;
}

const KEPT_MS = 30 * 24 * 3_600_000;
const MAX_ANSWER = 4_000;

/** The short name of a message, for what stands on it. */
export function answerId(key: EffectKey): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 22);
}

export function createGivenAnswers(memory: Remembered): GivenAnswers {
  return {
    remember: (id, { text, question, citations, confidence }, asked) => {
      const given = { asked, question, answer: text.slice(0, MAX_ANSWER), citations, confidence };
      return memory.set(`answer:${id}`, given, KEPT_MS);
    },
    find: (id) => memory.get(`answer:${id}`, givenSchema),
  };
}
