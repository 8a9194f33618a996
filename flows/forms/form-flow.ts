import { z } from "zod";
import { assertNever, isFrontdeskError, type Language } from "../../src/core/index.ts";
import type { FlowCaller, FlowResponse } from "../../src/ports/flow-caller.ts";
import { defuse } from "../answer/defuse.ts";
import { textsIn } from "../texts/index.ts";
import type { CustomFlow, FlowTurn } from "./custom-flow.ts";
import { EMPTY_FORM, type FormState, fillForm, fitsForm } from "./fill.ts";
import { type Form, fillIn } from "./form.ts";
import { chartOfForm } from "./form-chart.ts";

const stateSchema: z.ZodType<FormState> = z.object({
  values: z.record(z.string(), z.string()),
  asked: z.string().nullable(),
  tries: z.number(),
  isConfirming: z.boolean(),
});

function handOver(reason: FlowTurn["reason"]): FlowTurn {
  return { text: "", options: [], outcome: "handover", reason, state: null };
}

function fillBody(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") return fillIn(value, values);
  if (Array.isArray(value)) return value.map((one) => fillBody(one, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, fillBody(one, values)]),
  );
}

function failed({ onFailure, failed: sentence }: Form, language: Language): FlowTurn {
  if (onFailure === "handover") return handOver("internal-error");
  const text = sentence?.[language] ?? textsIn(language).internalError;
  return { text, options: [], outcome: "done", reason: null, state: null };
}

/** What others wrote calls nobody and leads nowhere. */
function harmless(value: string): string {
  return defuse(value, []);
}

function isFine({ status }: FlowResponse): boolean {
  return status >= 200 && status < 300;
}

async function complete(
  form: Form,
  caller: FlowCaller,
  given: {
    readonly values: Readonly<Record<string, string>>;
    readonly language: Language;
    readonly key: string;
  },
  call: { readonly signal: AbortSignal },
): Promise<FlowTurn> {
  const { values, language, key } = given;
  const done = (text: string): FlowTurn => ({
    text,
    options: [],
    outcome: "done",
    reason: null,
    state: null,
  });
  if (form.call === undefined) return done(fillIn(form.answer[language], values, harmless));
  const { url, method, headers, body, timeoutMs } = form.call;
  try {
    const response = await caller.call(
      {
        url: fillIn(url, values, encodeURIComponent),
        method,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, fillIn(value, values)]),
        ),
        body: body === undefined ? null : fillBody(body, values),
        timeoutMs,
        key,
      },
      call,
    );
    if (response.status === 404 && form.notFound !== undefined) {
      return done(fillIn(form.notFound[language], values, harmless));
    }
    if (!isFine(response)) return failed(form, language);
    return done(fillIn(form.answer[language], { ...values, result: response.body }, harmless));
  } catch (error) {
    call.signal.throwIfAborted();
    if (!isFrontdeskError(error, "flow_call_failed")) throw error;
    return failed(form, language);
  }
}

/** What was kept, or the beginning where that cannot be read any more. */
function stateOf(kept: unknown): FormState {
  const read = stateSchema.safeParse(kept);
  return read.success ? read.data : EMPTY_FORM;
}

/** Makes a flow out of a form: it asks for what is missing, calls, and answers. */
export function createFormFlow(form: Form, caller: FlowCaller): CustomFlow {
  return {
    name: form.name,
    title: form.title,
    starts: form.starts,
    match: form.match.map((source) => new RegExp(source, "iu")),
    chart: chartOfForm(form),
    fits: (state, text) => fitsForm(form, stateOf(state), text),
    async turn({ state, text, language, key }, call) {
      const step = fillForm(form, stateOf(state), { text, language });
      switch (step.type) {
        case "ask":
          return {
            text: step.text,
            options: step.options,
            outcome: "waiting",
            reason: null,
            state: step.state,
          };
        case "complete":
          return complete(form, caller, { values: step.values, language, key }, call);
        case "cancelled":
          return {
            text: textsIn(language).cancelled,
            options: [],
            outcome: "cancelled",
            reason: null,
            state: null,
          };
        case "stuck":
          return handOver("clarification-failed");
        default:
          return assertNever(step);
      }
    },
  };
}
