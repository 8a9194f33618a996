/** Keeps a spelling from being read as one token; a reader does not see it. */
const BREAK = "\u200b";

/**
 * What model families use to mark turns, thoughts and tools: `<|im_end|>` and all of that form (Qwen, Llama 3, Phi, Harmony),
 * `<｜User｜>` (DeepSeek), `<|channel>` (Gemma 4), `<start_of_turn>` (Gemma), `[INST]`, `[THINK]` (Mistral), `</s>` (Llama 2).
 */
const CONTROL = new RegExp(
  [
    String.raw`<\|[^\s<>|][^<>|]{0,60}\|?>`,
    String.raw`<[^\s<>|]{1,60}\|>`,
    "<｜[^<>｜]{1,60}｜>",
    String.raw`</?(?:s|bos|eos|pad|unk|(?:start|end)_of_(?:turn|image)|unused\d+)>`,
    "</?(?:seed:)?(?:think|thinking|thought|reasoning|tool_calls?|tool_response|tools)>",
    String.raw`\[/?(?:INST|THINK|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT)\]`,
    "<</?SYS>>",
  ].join("|"),
  "giu",
);

/**
 * Text that is data, not to be taken for marks of the conversation: a server puts it into its template as it is and may read
 * control tokens in it. Each is broken after its first character, so that it still looks the same.
 */
export function withoutControlTokens(text: string): string {
  return text.replace(CONTROL, (token) => `${token.charAt(0)}${BREAK}${token.slice(1)}`);
}
