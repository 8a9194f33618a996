import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { DECISIONS, FrontdeskError, LANGUAGES } from "../../core/index.ts";

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => [value].flat());
const decision = z.enum(DECISIONS);

const expectationSchema = z.strictObject({
  /** What is decided; one of several where any will do. */
  decision: z
    .union([decision, z.array(decision).min(1)])
    .transform((value) => [value].flat())
    .optional(),
  /** Sources that must be cited: the end of their address, their title or their heading. */
  cites: oneOrMore.optional(),
  /** The same for the first source. */
  citesFirst: z.string().optional(),
  /** Each stands in the label of an option. */
  options: oneOrMore.optional(),
  /** Each stands in the reply. */
  says: oneOrMore.optional(),
  /** None stands in the reply. */
  saysNot: oneOrMore.optional(),
  /** Each stands in the question as it was understood. */
  question: oneOrMore.optional(),
  language: z.enum(LANGUAGES).optional(),
  /** Lowest and highest confidence. */
  confidence: z.tuple([z.number(), z.number()]).optional(),
  /** Whether a case was opened with this reply. */
  case: z.boolean().optional(),
  /** Nothing is said at all. */
  silence: z.boolean().optional(),
});
const expectSchema = z.union([
  decision.transform((one): Expectation => ({ decision: [one] })),
  z
    .array(decision)
    .min(1)
    .transform((some): Expectation => ({ decision: some })),
  expectationSchema,
]);

/** What a step must come to. */
export type Expectation = z.infer<typeof expectationSchema>;

const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:s|m|h|d)$/u, { error: "must be a time such as 30s, 31m, 2h or 1d" })
  .transform((text) => Number.parseFloat(text) * UNITS_MS[unitOf(text)]);
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function unitOf(text: string): keyof typeof UNITS_MS {
  const unit = text.at(-1);
  return unit === "m" || unit === "h" || unit === "d" ? unit : "s";
}

const agentAct = z.enum(["claim", "release", "reply", "note", "resolve", "return", "reopen"]);
const expect = expectSchema.optional();

const stepSchema = z.union([
  z.strictObject({ say: z.string(), as: z.string().default("ana"), expect }),
  z.strictObject({
    press: z.union([z.string(), z.int().positive()]),
    as: z.string().default("ana"),
    expect,
  }),
  z.strictObject({
    agent: agentAct,
    text: z.string().default(""),
    name: z.string().default("Kim"),
    expect,
  }),
  z.strictObject({ wait: duration, expect }),
]);

/** One thing that happens, and what must come of it. */
export type Step = z.infer<typeof stepSchema>;

const dialogueSchema = z.union([
  z.strictObject({ name: z.string(), turns: z.array(stepSchema).min(1) }),
  stepSchema.transform((step) => ({ name: nameOf(step), turns: [step] })),
]);

function nameOf(step: Step): string {
  if ("say" in step) return step.say;
  return "press" in step ? `press ${step.press}` : "agent" in step ? step.agent : "wait";
}

/** A conversation that is played from its beginning. */
export type ScriptedDialogue = z.infer<typeof dialogueSchema>;

const callSchema = z.strictObject({
  /** The whole address, as the flow calls it. */
  url: z.string(),
  status: z.int().min(100).max(599).default(200),
  body: z.unknown().optional(),
});

const fileSchema = z.strictObject({
  /** A folder of flows, beside this file; without it those of the configuration. */
  flows: z.string().optional(),
  /** What stands in for FRONTDESK_FLOW_NAME. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** What other programs answer to flows; any other call fails. */
  calls: z.array(callSchema).default([]),
  /** Files or folders to answer from, beside this one; without any the sample handbook and the docs. */
  knowledge: oneOrMore.optional(),
  /** Keys of `dialogue` in the configuration. */
  settings: z.record(z.string(), z.unknown()).default({}),
  dialogues: z.array(dialogueSchema).min(1),
});

/** What another program answers to a flow. */
export type ScriptedCall = z.infer<typeof callSchema>;

/** A file of conversations. */
export interface Script {
  /** Absolute; null for those of the configuration. */
  readonly flows: string | null;
  readonly secrets: Readonly<Record<string, string>>;
  readonly calls: readonly ScriptedCall[];
  readonly file: string;
  readonly name: string;
  /** Absolute; null for the samples. */
  readonly knowledge: readonly string[] | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly dialogues: readonly ScriptedDialogue[];
}

function parsed(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new FrontdeskError("usage", `${file} is not valid YAML: ${error.message}`);
  }
}

/**
 * Reads one file of conversations.
 *
 * @throws FrontdeskError `usage` naming what is wrong in it
 */
export function readScript(file: string): Script {
  const read = fileSchema.safeParse(parsed(file));
  if (!read.success) {
    throw new FrontdeskError(
      "usage",
      `${file} is no dialogue test:\n${z.prettifyError(read.error)}`,
    );
  }
  const { flows, secrets, calls, knowledge, settings, dialogues } = read.data;
  return {
    file,
    name: basename(file).replace(/\.ya?ml$/u, ""),
    knowledge: knowledge?.map((path) => resolve(dirname(file), path)) ?? null,
    flows: flows === undefined ? null : resolve(dirname(file), flows),
    secrets,
    calls,
    settings,
    dialogues,
  };
}
