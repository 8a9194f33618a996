import {
  ChatMLChatWrapper,
  type ChatWrapper,
  DeepSeekChatWrapper,
  Gemma4ChatWrapper,
  HarmonyChatWrapper,
  MistralChatWrapper,
  QwenChatWrapper,
  SeedChatWrapper,
} from "node-llama-cpp";
import { expect, it } from "vitest";
import { thoughtFormat } from "../../../models/engine/chat/thought-format.ts";
import { createThoughtParser } from "../../../models/thoughts/thought-parser.ts";
import { answerAfter } from "../../../src/ports/chat-model.ts";

const wrappers: readonly (readonly [
  name: string,
  wrapper: ChatWrapper,
  tokens: readonly string[],
])[] = [
  ["ChatML", new ChatMLChatWrapper(), ["<think>", "</think>"]],
  ["Qwen", new QwenChatWrapper(), ["<think>", "</think>"]],
  ["DeepSeek", new DeepSeekChatWrapper(), ["<think>", "</think>"]],
  ["Magistral", new MistralChatWrapper(), ["[THINK]", "[/THINK]"]],
  ["Seed", new SeedChatWrapper(), ["<seed:think>", "</seed:think>"]],
  ["Harmony", new HarmonyChatWrapper(), ["<|channel|>", "<|message|>", "<|end|>"]],
  ["Gemma 4", new Gemma4ChatWrapper(), ["<|channel>", "<channel|>"]],
];

/** What a reader gets of this. */
function textOf(written: string): string {
  const parser = createThoughtParser({ startsThinking: false });
  const pieces = [...parser.push(written), ...parser.end()];
  return pieces.reduce(answerAfter, "");
}

it.each(wrappers)(
  "ends thoughts of %s in the model's stead, so that the answer follows",
  (_, wrapper, tokens) => {
    const { open, close } = thoughtFormat(wrapper, (text) => tokens.includes(text));

    expect(textOf(`${open}hm${close}Yes.`)).toBe("Yes.");
  },
);

it.each(wrappers)("says in the words of %s that there is no thought", (_, wrapper, tokens) => {
  const { none } = thoughtFormat(wrapper, (text) => tokens.includes(text));

  expect(textOf(`${none}Yes.`)).toBe("Yes.");
});

it("knows the marks of each", () => {
  const formats = wrappers.map(([name, wrapper, tokens]) => {
    const { open, close } = thoughtFormat(wrapper, (text) => tokens.includes(text));
    return [name, open, close];
  });

  expect(formats).toEqual([
    ["ChatML", "<think>", "</think>"],
    ["Qwen", "<think>", "</think>"],
    ["DeepSeek", "<think>", "</think>"],
    ["Magistral", "[THINK]", "[/THINK]"],
    ["Seed", "<seed:think>", "</seed:think>"],
    [
      "Harmony",
      "<|channel|>analysis<|message|>",
      "<|end|><|start|>assistant<|channel|>final<|message|>",
    ],
    ["Gemma 4", "<|channel>thought", "<channel|>"],
  ]);
});
