import { z } from "zod";
import {
  type Citation,
  DEGRADATIONS,
  isCitation,
  LANGUAGES,
  REPLY_MARKS,
  type Reply,
} from "../../src/core/index.ts";

/** An answer that only its asker has seen, as it is kept for "Share with channel". */
export const shareableSchema = z.object({
  channel: z.string(),
  user: z.string(),
  reply: z.object({
    text: z.string(),
    language: z.enum(LANGUAGES),
    question: z.string().nullable(),
    citations: z.array(z.custom<Citation>(isCitation)),
    marks: z.array(z.enum(REPLY_MARKS)),
    degraded: z.array(z.enum(DEGRADATIONS)).optional(),
  }),
});
export type Shareable = z.infer<typeof shareableSchema>;

/** How long an answer can be shared. */
export const SHAREABLE_MS = 24 * 3_600_000;

/** Under this name an answer is kept for whoever presses the button. */
export function shareName(id: string): string {
  return `share:${id}`;
}

/** What is shared, as a reply that can be encoded. */
export function sharedReply({ reply }: Shareable, decision: "answer" | "smalltalk"): Reply {
  return {
    ...reply,
    decision,
    confidence: null,
    options: [],
    case: null,
    timings: {},
    speaker: { kind: "bot" },
  };
}
