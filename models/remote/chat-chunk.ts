import { z } from "zod";

const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: z.number().nullish() }).nullish(),
});

const deltaSchema = z.object({
  content: z.string().nullish(),
  /** vLLM, SGLang, llama-server, DeepSeek. */
  reasoning_content: z.string().nullish(),
  /** Ollama, newer vLLM, OpenRouter. */
  reasoning: z.string().nullish(),
});

/** One piece of a streamed answer, or a whole answer of a server that does not stream. */
export const chatChunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: deltaSchema.nullish(),
        message: deltaSchema.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish()
    .transform((choices) => choices ?? []),
  /** Only figures: an answer is not lost over them. */
  usage: usageSchema.nullish().catch(null),
  error: z.unknown().optional(),
});
export type ChatChunk = z.infer<typeof chatChunkSchema>;

/** What `[DONE]` at the end of a stream says where no `finish_reason` went before it. */
export const END_OF_STREAM: ChatChunk = { choices: [{ finish_reason: "stop" }], usage: null };
