import { z } from "zod";
import { ERROR_CODES } from "../../src/core/index.ts";
import { CHAT_WRAPPERS } from "../model-file.ts";

/** What both roles of a child process are told when they load. */
const common = {
  modelPath: z.string(),
  /** Checked against the file before it is loaded; null: not checked. */
  sha256: z.string().nullable(),
  /** Tokens; null: the role's default, never more than the model was trained with. */
  contextSize: z.number().int().positive().nullable(),
  threads: z.number().int().positive(),
  gpu: z.enum(["auto", "required", "off"]),
  /** What the models that run beside it leave to it, and which they are; null: all that is free. */
  memory: z.object({ bytes: z.number().nonnegative(), beside: z.string() }).nullable().optional(),
};

/** What a child process is to load. */
const loadOptionsSchema = z.discriminatedUnion("role", [
  z.object({ role: z.literal("embed"), ...common }),
  z.object({ role: z.literal("rerank"), ...common }),
  z.object({
    role: z.literal("chat"),
    ...common,
    /** Conversations answered at the same time; null: as many as memory allows. */
    sequences: z.number().int().positive().nullable(),
    wrapper: z.enum(CHAT_WRAPPERS).nullable(),
    /** File of a LoRA adapter that is put over the model. */
    adapterPath: z.string().nullable().default(null),
    /** Where the states of system prompts are kept; null: nowhere. */
    stateFolder: z.string().nullable().default(null),
    /** Where idle conversations are kept, encrypted, and how much of them; null: nowhere. */
    spill: z
      .object({ folder: z.string(), maxBytes: z.number().positive() })
      .nullable()
      .default(null),
  }),
]);
export type LoadOptions = z.infer<typeof loadOptionsSchema>;

const messageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  text: z.string(),
});

/** One piece of work for a child process. */
const engineRequestSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("embed"),
    texts: z.array(z.string()),
    purpose: z.enum(["query", "passage"]),
  }),
  z.object({ kind: z.literal("rerank"), query: z.string(), passages: z.array(z.string()) }),
  z.object({
    kind: z.literal("generate"),
    messages: z.array(messageSchema),
    conversationKey: z.string(),
    maxTokens: z.number().int().positive(),
    maxThoughtTokens: z.number().int().nonnegative().nullable(),
    temperature: z.number().nonnegative(),
    /** From the arrival in the process; null: no limit. */
    timeLimitMs: z.number().nonnegative().nullable(),
    jsonSchema: z.record(z.string(), z.unknown()).nullable(),
  }),
]);
export type EngineRequest = z.infer<typeof engineRequestSchema>;
export type GenerateRequest = Extract<EngineRequest, { kind: "generate" }>;

/** What a piece of work gives in the end. */
const engineResultSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("vectors"),
    dimensions: z.number().int().positive(),
    /** The vectors one after the other. */
    values: z.instanceof(Float32Array),
  }),
  z.object({ kind: z.literal("scores"), scores: z.array(z.number()) }),
  z.object({
    kind: z.literal("generated"),
    stopReason: z.enum(["end", "length"]),
    usage: z.object({
      promptTokens: z.number(),
      cachedTokens: z.number(),
      outputTokens: z.number(),
      thoughtTokens: z.number(),
    }),
    /** Since work on it began. */
    timings: z.object({ firstTokenMs: z.number(), totalMs: z.number() }),
  }),
]);
export type EngineResult = z.infer<typeof engineResultSchema>;

/** A piece of an answer on its way. */
const engineEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["thought", "text"]), text: z.string() }),
  z.object({ type: z.literal("retracted") }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;

/** What a child process says of itself once it has loaded. */
const engineInfoSchema = z.object({
  /** sha256 of the file where it was computed, else null. */
  sha256: z.string().nullable(),
  /** Of the vectors; null for other roles. */
  dimensions: z.number().int().nullable(),
  contextSize: z.number().int(),
  sequences: z.number().int(),
  threads: z.number().int(),
  /** `false` when everything runs on the CPU. */
  gpu: z.union([z.string(), z.literal(false)]),
  loadMs: z.number(),
});
export type EngineInfo = z.infer<typeof engineInfoSchema>;

/** Measurements that a child process gives away with each answer to a ping. */
const engineStatsSchema = z.object({
  rssBytes: z.number(),
  /** 99th percentile of the event loop's lateness over the last seconds. */
  eventLoopP99Ms: z.number(),
  /** What the model runs on: `cpu`, `cuda`, `vulkan`, `metal`. */
  backend: z.string(),
  /** So many of its layers are on the GPU. */
  gpuLayers: z.number(),
  vramUsedBytes: z.number().nullable(),
  /** How many passes over the weights carried on how many answers: `{ "2": 40 }`. */
  decodeBatchSizes: z.record(z.string(), z.number()),
  /** Steps that left out an answer which was being written. */
  incompleteSteps: z.number(),
  prefillTokens: z.number(),
  prefillMs: z.number(),
  decodeTokens: z.number(),
  decodeMs: z.number(),
  interTokenMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
});
export type EngineStats = z.infer<typeof engineStatsSchema>;

/** An error on its way between the processes; causes stay behind. */
const wireErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** Parent to child. */
export const toChildSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("load"), options: loadOptionsSchema }),
  z.object({ type: z.literal("request"), id: z.number().int(), request: engineRequestSchema }),
  z.object({ type: z.literal("cancel"), id: z.number().int() }),
  z.object({ type: z.literal("ping") }),
  /** Finish what is running, then exit. */
  z.object({ type: z.literal("drain") }),
]);
export type ToChild = z.infer<typeof toChildSchema>;

/** What a child is doing while it loads, where that can be what ends it: `template` while a program from the file runs. */
export type LoadStage = "template" | "other";

/** Child to parent. */
export const fromChildSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), info: engineInfoSchema }),
  z.object({ type: z.literal("stage"), stage: z.enum(["template", "other"]) }),
  /** The model cannot be loaded; the child exits after this. */
  z.object({ type: z.literal("failed"), error: wireErrorSchema }),
  z.object({
    type: z.literal("pong"),
    stats: engineStatsSchema,
    /** Number of the text or passage that is worked on; null or absent for none. */
    step: z.number().int().nullish(),
  }),
  /** Work on the request has begun; from here on it can be what kills the process. */
  z.object({ type: z.literal("started"), id: z.number().int() }),
  z.object({ type: z.literal("events"), id: z.number().int(), events: z.array(engineEventSchema) }),
  z.object({ type: z.literal("result"), id: z.number().int(), result: engineResultSchema }),
  z.object({ type: z.literal("error"), id: z.number().int(), error: wireErrorSchema }),
  /** The answer to a cancel that came in time. */
  z.object({ type: z.literal("cancelled"), id: z.number().int() }),
  z.object({ type: z.literal("log"), level: z.enum(["debug", "warn"]), message: z.string() }),
]);
export type FromChild = z.infer<typeof fromChildSchema>;
