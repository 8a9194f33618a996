import { z } from "zod";
import { errorMessage, type Language } from "../../src/core/index.ts";
import type { FlowCaller } from "../../src/ports/flow-caller.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { defuse } from "../answer/defuse.ts";
import { chartOf } from "../chart/mermaid.ts";
import type { CustomFlow, FlowTurn } from "../forms/custom-flow.ts";
import { sentenceSchema } from "../forms/form.ts";
import { MESSAGE } from "./check.ts";
import type { FlowTaskTools, MachineFlow } from "./definition.ts";

/** Steps the machine of a flow; the runtime's inner machines are such. */
interface FlowStepper {
  take(
    kept: unknown,
    event: { readonly type: string },
    run: (src: string, input: unknown, id: string) => Promise<unknown>,
    call: { readonly signal: AbortSignal },
  ): Promise<{
    readonly kept: unknown;
    readonly isDone: boolean;
    readonly actions: readonly { readonly type: string; readonly params: unknown }[];
  }>;
}

/** What a flow of this kind is made with. */
export interface MachineFlowParts {
  readonly stepper: FlowStepper;
  readonly caller: FlowCaller;
  /** Puts secrets in the places of their names. */
  readonly fillSecrets: (text: string) => string;
  readonly logger: Logger;
}

/** How far a flow of this kind is. JSON. */
const stateSchema = z.object({
  kept: z.unknown(),
  /** Buttons of its last words: what is pressed comes back as its number. */
  options: z.array(z.string()),
});

const saySchema = z.strictObject({
  text: sentenceSchema,
  options: z
    .union([z.array(z.string().min(1).max(75)), z.record(z.string(), z.array(z.string().min(1)))])
    .default([]),
});

/** What is kept lies with the conversation, and is written with every turn of it. */
const MOST_KEPT = 32_768;
const TIMEOUT_MS = 5_000;
const MOST_OPTIONS = 8;

type Said = { readonly text: string; readonly options: readonly string[] };

function readSay(params: unknown, language: Language): Said {
  const { text, options } = saySchema.parse(params);
  const own = Array.isArray(options) ? options : (options[language] ?? []);
  const said = text[language];
  // What a program gave back may stand in it: nobody is called by that.
  return { text: defuse(said, [said]), options: own.slice(0, MOST_OPTIONS) };
}

function handOver(reason: FlowTurn["reason"]): FlowTurn {
  return { text: "", options: [], outcome: "handover", reason, state: null };
}

function contextOf(kept: unknown): unknown {
  return typeof kept === "object" && kept !== null && "context" in kept ? kept.context : null;
}

/** Pressed buttons come as numbers; a machine is given their words. */
function messageOf(text: string, language: Language, options: readonly string[]) {
  const pressed = /^\s*[1-9]\s*$/u.test(text) ? options[Number(text) - 1] : undefined;
  return {
    type: MESSAGE,
    text: pressed ?? text,
    option: pressed === undefined ? null : Number(text),
    language,
  };
}

function toolsFor(
  { caller, fillSecrets }: MachineFlowParts,
  key: string,
  signal: AbortSignal,
): FlowTaskTools {
  let calls = 0;
  return {
    signal,
    key,
    call: ({ url, method = "GET", headers = {}, body = null, timeoutMs = TIMEOUT_MS }) => {
      calls += 1;
      const filled = Object.entries(headers).map(([name, value]): readonly [string, string] => [
        name,
        fillSecrets(value),
      ]);
      return caller.call(
        {
          url: fillSecrets(url),
          method,
          headers: Object.fromEntries(filled),
          body,
          timeoutMs,
          key: `${key}.${calls}`,
        },
        { signal },
      );
    },
  };
}

/** Makes a flow out of a machine of the team. Whatever goes wrong in it ends with a person, never in silence. */
export function createMachineFlow(flow: MachineFlow, parts: MachineFlowParts): CustomFlow {
  const { stepper, logger } = parts;
  const { name, tasks, fits } = flow;
  const take = async (
    message: Parameters<CustomFlow["turn"]>[0],
    signal: AbortSignal,
  ): Promise<FlowTurn> => {
    const { language } = message;
    const read = stateSchema.safeParse(message.state);
    const { kept, options } = read.success ? read.data : { kept: null, options: [] };
    const step = await stepper.take(
      kept,
      messageOf(message.text, language, options),
      async (src, input, id) => {
        try {
          const tools = toolsFor(parts, `${message.key}.${id}`, signal);
          const output: unknown = await tasks[src]?.(input, tools);
          return output ?? null;
        } catch (error) {
          if (!signal.aborted) logger.warn({ err: error, flow: name, task: src }, "a task failed");
          throw error;
        }
      },
      { signal },
    );
    if (step.actions.some(({ type }) => type === "handover"))
      return handOver("clarification-failed");
    const said = step.actions
      .filter(({ type }) => type === "say")
      .map(({ params }) => readSay(params, language));
    if (said.length === 0) throw new Error("it said nothing");
    if (JSON.stringify(step.kept).length > MOST_KEPT) throw new Error("it keeps more than 32 KB");
    const text = said.map((one) => one.text).join("\n\n");
    const offered = said.at(-1)?.options ?? [];
    if (step.isDone) return { text, options: [], outcome: "done", reason: null, state: null };
    const state = { kept: step.kept, options: offered };
    return { text, options: offered, outcome: "waiting", reason: null, state };
  };
  return {
    name,
    title: flow.title,
    starts: flow.starts,
    match: flow.match.map((source) => new RegExp(source, "iu")),
    chart: chartOf(flow.machine),
    fits: (state, text) => {
      const read = stateSchema.safeParse(state);
      if (!read.success) return false;
      const isOption = messageOf(text, "en", read.data.options).option !== null;
      try {
        return isOption || fits?.(text, contextOf(read.data.kept)) === true;
      } catch (error) {
        logger.error({ flow: name, reason: errorMessage(error) }, "a flow of the team failed");
        return false;
      }
    },
    async turn(message, { signal }) {
      try {
        return await take(message, signal);
      } catch (error) {
        signal.throwIfAborted();
        logger.error({ err: error, flow: name }, "a flow of the team failed; a person is called");
        return handOver("internal-error");
      }
    },
  };
}
