import type { AnyStateMachine } from "xstate";
import { z } from "zod";
import { flowNameSchema, patternSchema, sentenceSchema } from "../forms/form.ts";

/** Asks another program, under the rules for what goes out of flows; `${NAME}` stands for a secret. */
type FlowCall = (request: {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}) => Promise<{ readonly status: number; readonly body: unknown }>;

/** What the work behind an `invoke` of a team's machine is given. */
export interface FlowTaskTools {
  readonly call: FlowCall;
  /** Aborted when the person goes on to something else, or the process ends. */
  readonly signal: AbortSignal;
  /** The same when the work is done again after a crash. */
  readonly key: string;
}

type FlowTask = (input: unknown, tools: FlowTaskTools) => unknown;

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isMachine(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "root" in value &&
    "provide" in value &&
    "implementations" in value
  );
}

/** What a module in the folder of flows gives: a machine, and when and how it is used. */
export const machineFlowSchema = z.strictObject({
  name: flowNameSchema,
  title: sentenceSchema,
  /** Messages that begin it, as people would write them. */
  starts: z.array(z.string().min(1)).min(1).max(200),
  /** Patterns that begin it for certain. */
  match: z.array(patternSchema).max(20).default([]),
  /** Raised when a change leaves what is kept of an earlier version unreadable. */
  version: z.int().min(1).default(1),
  /** Steps of the kept context and state from version `v` to `v + 1`, by `v`. */
  migrations: z
    .record(
      z.string(),
      z.custom<(kept: unknown) => unknown>(isFunction, { error: "must be a function" }),
    )
    .default({}),
  machine: z.custom<AnyStateMachine>(isMachine, { error: "must be a machine of XState 5" }),
  /** The work behind its invokes, by their `src`. */
  tasks: z
    .record(z.string(), z.custom<FlowTask>(isFunction, { error: "must be a function" }))
    .default({}),
  /** Whether a message that looks like a question answers what it waits for; without it, none does. */
  fits: z
    .custom<(text: string, context: unknown) => unknown>(isFunction, {
      error: "must be a function",
    })
    .optional(),
});

/** A checked definition. */
export type MachineFlow = z.infer<typeof machineFlowSchema>;
