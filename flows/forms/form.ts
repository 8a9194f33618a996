import { z } from "zod";
import type { Language } from "../../src/core/index.ts";

/** A sentence in both languages; one language alone stands for both. */
export const sentenceSchema = z.union([
  z
    .string()
    .min(1)
    .transform((text) => ({ en: text, zh: text })),
  z.strictObject({ en: z.string().min(1), zh: z.string().min(1) }),
]);
/** A sentence by language. */
type Sentence = Readonly<Record<Language, string>>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "iu").source !== "";
  } catch {
    return false;
  }
}

/** A regular expression, read without regard to big and small letters. */
export const patternSchema = z
  .string()
  .min(1)
  .max(300)
  .refine(isPattern, { error: "is no regular expression" });
/** How a flow, or a slot of one, is called. */
export const flowNameSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/u, {
  error: "must be small letters, digits, - and _, beginning with a letter",
});

const slotSchema = z.strictObject({
  ask: sentenceSchema,
  /** What is looked for anywhere in a message; its first group counts where it has one. */
  pattern: patternSchema.optional(),
  /** One of these, in any spelling of big and small letters. */
  oneOf: z.array(z.string().min(1)).min(2).max(8).optional(),
  /** Said when a message holds none. */
  wrong: sentenceSchema.optional(),
  /** So many tries before a person is called. */
  tries: z.int().min(1).max(5).default(3),
});

const callSchema = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\//u, { error: "must begin with http:// or https://" })
    // What a person says never decides where a request goes.
    .regex(/^https?:\/\/[^{/?#]+(?:[/?#]|$)/u, { error: "must have no {} before the path" }),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.record(z.string(), z.unknown()).optional(),
  timeoutMs: z.int().min(100).max(30_000).default(5_000),
});

/** A form as a team writes it. */
export const formSchema = z
  .strictObject({
    name: flowNameSchema,
    title: sentenceSchema,
    /** Messages that begin it, as people would write them. */
    starts: z.array(z.string().min(1)).min(1).max(200),
    /** Patterns that begin it for certain. */
    match: z.array(patternSchema).max(20).default([]),
    slots: z.record(flowNameSchema, slotSchema).refine((slots) => Object.keys(slots).length <= 10, {
      error: "at most 10 slots",
    }),
    /** Asked before anything is called; answered with yes or no. */
    confirm: sentenceSchema.optional(),
    call: callSchema.optional(),
    answer: sentenceSchema,
    /** Said when the call answers with 404. */
    notFound: sentenceSchema.optional(),
    /** What happens when the call fails. */
    onFailure: z.enum(["handover", "say"]).default("handover"),
    failed: sentenceSchema.optional(),
  })
  .superRefine((form, context) => {
    const known = new Set(Object.keys(form.slots));
    const places: readonly (readonly [readonly string[], string | Sentence | undefined])[] = [
      [["confirm"], form.confirm],
      [["notFound"], form.notFound],
      [["call", "url"], form.call?.url],
      ...Object.entries(form.call?.headers ?? {}).map(
        ([header, text]) => [["call", "headers", header], text] as const,
      ),
    ];
    for (const [path, text] of places) {
      for (const word of sentencesOf(text).flatMap(placeholdersIn)) {
        if (known.has(word)) continue;
        context.addIssue({
          code: "custom",
          path: [...path],
          message: `{${word}} is no slot of this form`,
        });
      }
    }
  });

/** A checked form. */
export type Form = z.infer<typeof formSchema>;
/** One thing that a form asks for. */
export type Slot = Form["slots"][string];

const PLACEHOLDER = /(?<!\$)\{([\w.-]+)\}/gu;

function sentencesOf(value: string | Sentence | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : [value.en, value.zh];
}

/** Names in braces: `{order}`, `{result.status}`. */
function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, word = ""]) => word);
}

/** Puts values in the places of their names; what nothing is known of becomes a dash. */
export function fillIn(
  text: string,
  values: Readonly<Record<string, unknown>>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(PLACEHOLDER, (_, path: string) => encode(valueAt(values, path)));
}

function valueAt(values: Readonly<Record<string, unknown>>, path: string): string {
  const found = path
    .split(".")
    .reduce<unknown>(
      (value, part) =>
        typeof value === "object" && value !== null
          ? new Map(Object.entries(value)).get(part)
          : undefined,
      values,
    );
  if (found === null || found === undefined || typeof found === "object") return "–";
  return String(found).slice(0, 300);
}
