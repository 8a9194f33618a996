/**
 * How a chat model wants its conversation written. `chatml` and `deepseek` are pinned; `template` resolves the template
 * that the file carries, once per load.
 */
export const CHAT_WRAPPERS = [
  "chatml",
  "deepseek",
  "qwen",
  "llama3",
  "mistral",
  "gemma",
  "template",
] as const;
export type ChatWrapperName = (typeof CHAT_WRAPPERS)[number];
