import {
  type LlamaContextSequence,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from "node-llama-cpp";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { EngineEvent, EngineResult, GenerateRequest } from "../protocol.ts";
import { type AnswerReader, createAnswerReader } from "./answer-reader.ts";
import type { ChatMeter } from "./chat-meter.ts";
import type { ChatTemplate, Prompt } from "./chat-template.ts";
import type { Spill } from "./spill.ts";
import type { StepGate } from "./step-gate.ts";
import type { StepOrder } from "./step-order.ts";
import type { SystemPin } from "./system-pin.ts";
import { createTokenDecoder } from "./token-decoder.ts";

/** The prompt is read in pieces of this many tokens; between two of them an answer can be cancelled. */
const PREFILL_TOKENS = 256;
/** JSON grammars end with these; see node-llama-cpp's `LlamaJsonSchemaGrammar`. */
const GRAMMAR_END = "\n\n\n\n";
/** Where chance has a say, improbable tokens have none. */
const TOP_P = 0.95;

export interface Generation {
  readonly model: LlamaModel;
  readonly template: ChatTemplate;
  readonly gate: StepGate;
  readonly order: StepOrder<Token>;
  readonly sequence: LlamaContextSequence;
  /** Number of the sequence. */
  readonly number: number;
  readonly request: GenerateRequest;
  readonly prompt: Prompt;
  readonly grammar: LlamaGrammar | null;
  /** Thoughts are ended in the model's stead after so many tokens. */
  readonly thoughtBudget: number;
  readonly meter: ChatMeter;
  /** The saved state of the system prompt. */
  readonly pin: SystemPin;
  readonly spill: Spill;
  /** Tokens of the model's thought tags that it would not print. */
  readonly spelled: ReadonlyMap<Token, string>;
  readonly signal: AbortSignal;
  onEvents(events: readonly EngineEvent[]): void;
}

interface Prefilled {
  /** Tokens of the prompt that the sequence held already. */
  readonly cachedTokens: number;
  /** What is left to read, at least one token. */
  readonly rest: Token[];
}

/** Answers one request on one sequence. Rejects with `signal.reason` after at most one step. */
export async function generate(run: Generation): Promise<EngineResult> {
  const { gate, prompt } = run;
  const reader = createAnswerReader({
    decoder: createTokenDecoder(
      (tokens, before) => run.model.detokenize(tokens, false, before),
      prompt.tokens,
      run.spelled,
    ),
    stopTexts: run.grammar === null ? prompt.stopTexts : [...prompt.stopTexts, GRAMMAR_END],
    startsThinking: prompt.startsThinking,
    isStructured: run.grammar !== null,
    onEvents: run.onEvents,
  });
  gate.enter();
  try {
    const startedAt = performance.now();
    const { timeLimitMs } = run.request;
    const endsAt = timeLimitMs === null ? Number.POSITIVE_INFINITY : startedAt + timeLimitMs;
    const { cachedTokens, rest } = await prefill(run, endsAt);
    const readTokens = prompt.tokens.length - cachedTokens;
    const clock = tokenClock(run.meter, readTokens, startedAt);
    const stopReason = await decode(run, { rest, endsAt }, reader, clock.onToken);
    reader.end();
    return {
      kind: "generated",
      stopReason,
      usage: {
        promptTokens: prompt.tokens.length,
        cachedTokens,
        outputTokens: reader.textTokens() + reader.thoughtTokens(),
        thoughtTokens: reader.thoughtTokens(),
      },
      timings: {
        firstTokenMs: clock.firstTokenMs(),
        totalMs: performance.now() - startedAt,
      },
    };
  } finally {
    run.order.done(run.number);
    gate.leave();
  }
}

/**
 * Brings the sequence to the state of the prompt: keeps what is the same or was saved or put away, drops what differs, reads what is
 * new but for its end.
 */
async function prefill(run: Generation, endsAt: number): Promise<Prefilled> {
  const { sequence, gate, signal, prompt, pin } = run;
  const { tokens } = prompt;
  const { conversationKey } = run.request;
  await run.spill.exchange(sequence, { conversationKey, prompt: tokens });
  const same = (): number =>
    Math.min(sequence.compareContextTokens(tokens).firstDifferentIndex, tokens.length - 1);
  await pin.restore(sequence, same());
  const kept = same();
  if (kept < sequence.nextTokenIndex) {
    // What is spliced by shifting would only be nearly the same as what is read anew: it is not allowed.
    await gate.exclusive(() => sequence.adaptStateToTokens(tokens.slice(0, kept), false));
  }
  const cachedTokens = sequence.nextTokenIndex;
  const saveAt = !sequence.needsCheckpoints && pin.saveAt !== null ? pin.saveAt : 0;
  let at = cachedTokens;
  while (at < saveAt || tokens.length - at > PREFILL_TOKENS) {
    signal.throwIfAborted();
    if (performance.now() > endsAt) throw tooSlow();
    const until = Math.min(at + PREFILL_TOKENS, at < saveAt ? saveAt : tokens.length);
    if (gate.isClosed()) await gate.beforeStep();
    run.order.queued(run.number, tokens[until - 1]);
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, until));
    run.order.done(run.number);
    at = until;
    if (at === saveAt) await pin.save(sequence);
  }
  // Models that cannot roll back need a state to come back to.
  if (sequence.needsCheckpoints) await gate.exclusive(() => sequence.takeCheckpoint());
  return { cachedTokens, rest: tokens.slice(at) };
}

/** Generates until the model, a stop text, a limit or the caller ends it. */
async function decode(
  run: Generation,
  { rest, endsAt }: { readonly rest: Token[]; readonly endsAt: number },
  reader: AnswerReader,
  onToken: () => void,
): Promise<"end" | "length"> {
  const { sequence, gate, signal, prompt, template } = run;
  const lastIndex = sequence.contextSize - template.closeThought.length - 2;
  const bias = TokenBias.for(run.model);
  const steps = sequence.evaluate(rest, { ...evaluateOptions(run), tokenBias: () => bias });
  let replacement: Token[] | undefined;
  let lastToken = rest.at(-1);
  try {
    for (;;) {
      signal.throwIfAborted();
      if (gate.isClosed()) await gate.beforeStep();
      run.order.queued(run.number, replacement?.at(-1) ?? lastToken);
      const step = await steps.next(replacement);
      run.order.done(run.number);
      onToken();
      signal.throwIfAborted();
      if (step.done === true || prompt.stopTokens.has(step.value)) return "end";
      if (reader.push(step.value)) return "end";
      lastToken = step.value;
      if (reader.textTokens() >= run.request.maxTokens) return "length";
      if (sequence.nextTokenIndex >= lastIndex) return "length";
      if (performance.now() > endsAt) {
        if (reader.textTokens() === 0) throw tooSlow();
        return "length";
      }
      const isOverBudget = reader.isThinking() && reader.thoughtTokens() >= run.thoughtBudget;
      replacement = isOverBudget ? [step.value, ...template.closeThought] : undefined;
      if (!isOverBudget) continue;
      reader.inject(template.closeText);
      // Some models would think on at once.
      if (template.openThought !== null) bias.set(template.openThought, "never");
    }
  } finally {
    await steps.return();
  }
}

/** The first token ends the reading of the prompt; each further one has taken its time since the one before. */
function tokenClock(
  meter: ChatMeter,
  readTokens: number,
  startedAt: number,
): { onToken(): void; firstTokenMs(): number } {
  let firstTokenMs = 0;
  let lastAt: number | null = null;
  return {
    firstTokenMs: () => firstTokenMs,
    onToken: () => {
      const now = performance.now();
      if (lastAt === null) {
        firstTokenMs = now - startedAt;
        meter.prefilled(readTokens, firstTokenMs);
      } else meter.decoded(now - lastAt);
      lastAt = now;
    },
  };
}

function tooSlow(): FrontdeskError {
  return new FrontdeskError(
    "model_too_slow",
    "The model did not begin its answer in the time that is allowed (models.maxAnswerSeconds). Take a smaller model, " +
      "give it fewer thoughts or passages, or allow more time.",
    { retryable: true },
  );
}

function evaluateOptions(run: Generation): SequenceEvaluateOptions {
  const { temperature } = run.request;
  const sampling = temperature === 0 ? { temperature } : { temperature, topP: TOP_P };
  if (run.grammar === null) return sampling;
  const grammarEvaluationState = new LlamaGrammarEvaluationState({
    model: run.model,
    grammar: run.grammar,
  });
  return { ...sampling, grammarEvaluationState };
}
