import {
  getModuleVersion,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type Token,
} from "node-llama-cpp";
import { errorMessage, FrontdeskError } from "../../../src/core/index.ts";
import { fileSha256 } from "../../file/file-hash.ts";
import { THOUGHT_MARK_PIECES } from "../../thoughts/thought-marks.ts";
import type { CommonInfo } from "../common-info.ts";
import type { EngineRole, RoleCall } from "../engine-host.ts";
import { type EngineLog, translated } from "../load-llama.ts";
import { processStats } from "../process-stats.ts";
import type { EngineResult, GenerateRequest, LoadOptions, LoadStage } from "../protocol.ts";
import { systemTimers } from "../timers.ts";
import { createVramReading } from "../vram-reading.ts";
import { wrongRole } from "../wrong-role.ts";
import { type ChatMeter, createChatMeter } from "./chat-meter.ts";
import { type ChatTemplate, createChatTemplate, type Prompt } from "./chat-template.ts";
import { createEventCoalescer } from "./event-coalescer.ts";
import { createGatherStrategy } from "./gather-strategy.ts";
import { generate } from "./generate.ts";
import { createGrammarCache, type GrammarCache } from "./grammar-cache.ts";
import { MEMORY_FOLDER } from "./memory-file.ts";
import { createPinnedStates, type PinnedStates } from "./pinned-states.ts";
import { createSequenceTable, type SequenceTable, type TokenHolder } from "./sequence-table.ts";
import { createSpill, type Spill } from "./spill.ts";
import { createSpilledStates, type SpilledStates } from "./spilled-states.ts";
import { createStepGate, type StepGate } from "./step-gate.ts";
import { createStepOrder, type StepOrder } from "./step-order.ts";
import { createPinSystem, type PinSystem } from "./system-pin.ts";

/** Tokens of context for each conversation where nothing is said. */
const DEFAULT_CONTEXT = 4_096;
const BATCH_TOKENS = 512;
const EVENT_INTERVAL_MS = 25;
/** A prompt must leave room for at least this much of an answer. */
const MIN_ANSWER_TOKENS = 64;
/** States to come back to, for models that cannot roll back. */
const CHECKPOINTS = { max: 4, maxMemory: 512 * 1024 * 1024 } as const;
/** How the library keeps keys and values where nothing else is asked for. */
const KV_TYPE = "f16";

interface SequenceHolder extends TokenHolder {
  readonly sequence: LlamaContextSequence;
  /** Its number among the sequences of the context, as the engine counts them. */
  readonly number: number;
}

interface ChatEngine {
  readonly model: LlamaModel;
  readonly template: ChatTemplate;
  readonly gate: StepGate;
  readonly order: StepOrder<Token>;
  readonly table: SequenceTable<SequenceHolder>;
  readonly grammars: GrammarCache;
  readonly spelled: ReadonlyMap<Token, string>;
  readonly contextSize: number;
  readonly meter: ChatMeter;
  readonly pinSystem: PinSystem;
  readonly spill: Spill;
}

/** Answers with N fixed sequences of one context, which are taken once and never given back. */
export async function createChatRole(
  model: LlamaModel,
  options: Extract<LoadOptions, { role: "chat" }>,
  common: CommonInfo,
  log: EngineLog,
  onStage: (stage: LoadStage) => void,
): Promise<EngineRole> {
  // A program that came with the file: it may take all memory before its time is over.
  onStage("template");
  const template = createChatTemplate(model, options.wrapper);
  onStage("other");
  const gate = createStepGate();
  const order = createStepOrder<Token>();
  const decodeBatchSizes: Record<string, number> = {};
  let incompleteSteps = 0;
  const wanted = options.contextSize ?? DEFAULT_CONTEXT;
  const contextSize = Math.min(wanted, model.trainContextSize ?? wanted);
  const strategy = createGatherStrategy({
    expected: gate.expected,
    order,
    onStep: ({ passes, isComplete }) => {
      for (const size of passes) decodeBatchSizes[size] = (decodeBatchSizes[size] ?? 0) + 1;
      if (passes.length > 0 && !isComplete) incompleteSteps += 1;
    },
  });
  const sequences = options.sequences ?? 1;
  const { adapterPath } = options;
  const meter = createChatMeter();
  const vram = createVramReading(model.llama, systemTimers);
  const context = await translated(adapterPath ?? options.modelPath, () =>
    model.createContext({
      sequences,
      contextSize,
      batchSize: Math.min(BATCH_TOKENS, contextSize),
      threads: options.threads,
      failedCreationRemedy: false,
      batching: { itemPrioritizationStrategy: strategy },
      ...(adapterPath === null ? {} : { lora: { adapters: [{ filePath: adapterPath }] } }),
    }),
  );
  const states = await openStates(model, { ...options, sequences, contextSize }, common, log);
  const engine: ChatEngine = {
    model,
    template,
    gate,
    order,
    table: createSequenceTable(holders(context, sequences)),
    grammars: createGrammarCache(model.llama),
    spelled: spelledTags(model),
    contextSize,
    meter,
    pinSystem: createPinSystem(states, gate, log),
    spill: createSpill(openSpill(options, log), gate, log),
  };
  return {
    info: { ...common, dimensions: null, contextSize, sequences },
    stats: () => ({
      ...processStats(model),
      ...meter.totals(),
      vramUsedBytes: vram.usedBytes(),
      decodeBatchSizes: { ...decodeBatchSizes },
      incompleteSteps,
    }),
    handle: async (request, call) => {
      if (request.kind !== "generate") throw wrongRole(request.kind);
      call.onStarted();
      return await answer(engine, request, call);
    },
  };
}

/** Null where none is wanted, the model's hash is not known, or the folder cannot be used. */
async function openStates(
  { llama }: LlamaModel,
  options: Extract<LoadOptions, { role: "chat" }>,
  { sha256 }: CommonInfo,
  log: EngineLog,
): Promise<PinnedStates | null> {
  const { stateFolder, adapterPath, sequences, contextSize } = options;
  if (stateFolder === null || sha256 === null) return null;
  try {
    const adapter = adapterPath === null ? null : await fileSha256(adapterPath);
    const engine = [await getModuleVersion(), llama.llamaCppRelease, llama.gpu, KV_TYPE];
    const shape = [sequences, contextSize];
    return createPinnedStates(stateFolder, [sha256, adapter, ...engine, ...shape]);
  } catch (error) {
    log("warn", `no states of the model are kept in ${stateFolder}: ${errorMessage(error)}`);
    return null;
  }
}

/** Null where none is wanted, or none can be. */
function openSpill(
  { spill }: Extract<LoadOptions, { role: "chat" }>,
  log: EngineLog,
): SpilledStates | null {
  if (spill === null) return null;
  try {
    const settings = { ...spill, timers: systemTimers, memoryFolder: MEMORY_FOLDER };
    const states = createSpilledStates(settings);
    process.once("exit", states.close);
    return states;
  } catch (error) {
    log("warn", `no idle conversations are kept in ${spill.folder}: ${errorMessage(error)}`);
    return null;
  }
}

async function answer(
  engine: ChatEngine,
  request: GenerateRequest,
  call: RoleCall,
): Promise<EngineResult> {
  const grammar =
    request.jsonSchema === null ? null : await engine.grammars.forSchema(request.jsonSchema);
  const mayThink = grammar === null && request.maxThoughtTokens !== 0;
  const prompt = engine.template.prompt(request.messages, { mayThink });
  const room = assertFits(engine, prompt);
  const holder = engine.table.take(request.conversationKey, prompt.tokens);
  if (holder === null) {
    throw new FrontdeskError(
      "model_busy",
      "All conversations of the model are taken. Try again soon.",
      {
        retryable: true,
      },
    );
  }
  const events = createEventCoalescer({
    intervalMs: EVENT_INTERVAL_MS,
    timers: systemTimers,
    send: call.onEvents,
  });
  try {
    return await generate({
      ...engine,
      sequence: holder.sequence,
      number: holder.number,
      request,
      prompt,
      pin: await engine.pinSystem(prompt.tokens, prompt.systemTokens),
      grammar,
      thoughtBudget: request.maxThoughtTokens ?? Math.floor(room / 2),
      signal: call.signal,
      onEvents: events.push,
    });
  } finally {
    if (!call.signal.aborted) events.flush();
    engine.table.release(holder);
  }
}

/** How many tokens are left for thoughts and answer. */
function assertFits(engine: ChatEngine, prompt: Prompt): number {
  const room = engine.contextSize - prompt.tokens.length;
  if (room >= MIN_ANSWER_TOKENS) return room;
  throw new FrontdeskError(
    "prompt_too_long",
    `The prompt has ${prompt.tokens.length} tokens; the model's context of ${engine.contextSize} leaves no room for an ` +
      "answer. Give it fewer passages or less history, or raise the model's context size.",
  );
}

function holders(context: LlamaContext, count: number): SequenceHolder[] {
  return Array.from({ length: count }, (_, number) => {
    const sequence = context.getSequence({ checkpoints: CHECKPOINTS });
    return {
      sequence,
      number,
      commonPrefix: (tokens: readonly Token[]) =>
        sequence.compareContextTokens([...tokens]).firstDifferentIndex,
      heldTokens: () => sequence.nextTokenIndex,
    };
  });
}

function spelledTags(model: LlamaModel): ReadonlyMap<Token, string> {
  const spelled = new Map<Token, string>();
  for (const tag of THOUGHT_MARK_PIECES) {
    const [token, ...others] = model.tokenizer(tag, true);
    if (token !== undefined && others.length === 0) spelled.set(token, tag);
  }
  return spelled;
}
