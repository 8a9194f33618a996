import { z } from "zod";

/** What cannot be a number of tokens counts as none. */
const tokensSchema = z.int().nonnegative().catch(0);

const usageSchema = z.object({
  prompt_tokens: tokensSchema,
  completion_tokens: tokensSchema,
  prompt_tokens_details: z.object({ cached_tokens: tokensSchema }).nullish().catch(null),
  completion_tokens_details: z.object({ reasoning_tokens: tokensSchema }).nullish().catch(null),
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
