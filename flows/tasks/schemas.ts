import { z } from "zod";
import {
  type Audience,
  type Citation,
  caseId,
  HANDOFF_REASONS,
  LANGUAGES,
  type Passage,
  PLATFORMS,
  type Principal,
  ROLES,
  TONES,
  type Turn,
} from "../../src/core/index.ts";
import type { AnswerDraft, Clarification, Focus, Reading } from "./contracts.ts";

/** A value of a core type, checked by its shape: what a task is given has been through the store. */
function checked<Value>(shape: z.ZodType) {
  return z.custom<Value>((value) => shape.safeParse(value).success);
}

const language = z.enum(LANGUAGES);
const text = z.string();

const passage = checked<Passage>(
  z.object({
    id: text.min(1),
    documentId: text.min(1),
    title: text,
    section: text,
    source: text,
    text,
    language,
    origin: z.enum(["local", "web"]),
    updatedAt: z.number().nullable(),
  }),
);
const citation = checked<Citation>(
  z.object({ n: z.number(), passageId: text.min(1), title: text, source: text, quote: text }),
);
const principal = checked<Principal>(
  z.object({
    platform: z.enum(PLATFORMS),
    userId: text.min(1),
    displayName: text,
    role: z.enum(ROLES),
    groups: z.array(text),
  }),
);
const audience = checked<Audience>(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("private") }),
    z.object({ kind: z.literal("shared"), visible: z.array(text) }),
  ]),
);
const turn = checked<Turn>(
  z.object({ role: z.enum(["user", "bot", "agent"]), text, at: z.number(), language, name: text }),
);
const readingShape = z.object({ id: text, label: text, documentId: text, section: text });
const reading = checked<Reading>(readingShape);
const focus = checked<Focus>(z.object({ question: text, answer: text, titles: z.array(text) }));
const clarification = checked<Clarification>(
  z.object({ author: text, question: text, readings: z.array(readingShape), round: z.number() }),
);
const draft = checked<AnswerDraft>(
  z.object({
    kind: z.enum(["model", "extractive", "away"]),
    text,
    citations: z.array(citation),
    isRefusal: z.boolean(),
  }),
);

const runningFlow = z.object({
  name: text,
  state: z.unknown(),
  language,
  author: text,
  turn: z.number(),
});

/** What `flow` is given. */
export const flowInputSchema = z.object({ name: text, state: z.unknown(), text, language });

/** What `understand` is given. */
export const understandInputSchema = z.object({
  flow: runningFlow.nullish().transform((flow) => flow ?? null),
  texts: z.array(text),
  hasAttachments: z.boolean(),
  chosenOptionId: text.nullable(),
  language,
  focus: focus.nullable(),
  turns: z.array(turn),
  clarification: clarification.nullable(),
  hasOfferedPerson: z.boolean(),
  conversationKey: text,
  userKey: text,
});

/** What `retrieve` is given. */
export const retrieveInputSchema = z.object({
  question: text,
  said: text.default(""),
  language,
  principal,
  audience,
  collection: text.nullable().default(null),
  attachments: z
    .array(
      z.object({
        name: text,
        mediaType: text.nullable(),
        sizeBytes: z.number(),
        url: text,
      }),
    )
    .default([]),
  platform: z.enum(PLATFORMS).default("console"),
  mayAnswerPrivately: z.boolean().default(false),
  conversationKey: text.default(""),
  reading: reading.nullable(),
  optionPrefix: text,
});

/** What `searchWeb` is given. */
export const searchWebInputSchema = z.object({ question: text, language });

/** What `answer` is given. */
export const answerInputSchema = z.object({
  question: text,
  language,
  passages: z.array(passage),
  missing: z.array(text),
  translation: text.optional(),
  turns: z.array(turn),
  earlierTurns: z.int().nonnegative().default(0),
  isRegeneration: z.boolean(),
  tone: z.enum(TONES).nullable().default(null),
  thoughtTokens: z.int().nonnegative().nullable().default(null),
  collection: text.nullable().default(null),
  confidence: z.number().nullable().default(null),
  view: text.nullable().default(null),
  conversationKey: text,
  userKey: text,
});

/** What `verify` is given. */
export const verifyInputSchema = z.object({
  question: text,
  translation: text.optional(),
  language,
  passages: z.array(passage),
  draft,
  isRegeneration: z.boolean(),
});

/** What `summarize` is given. */
export const summarizeInputSchema = z.object({
  isSearched: z.boolean().default(false), // absent in tasks that were written down before it was asked
  turns: z.array(turn),
  summary: text,
  question: text.nullable(),
  language,
  passages: z.array(passage),
  asked: z
    .object({
      reason: z.enum(HANDOFF_REASONS),
      said: text,
      before: z.object({ id: text.transform(caseId), resolvedAt: z.number() }).nullable(),
      at: z.number(),
    })
    .exactOptional(),
});

/** What `condense` is given. */
export const condenseInputSchema = z.object({
  summary: text,
  lines: z.array(turn),
  through: z.int().nonnegative(),
  language,
  conversationKey: text,
  userKey: text,
});
