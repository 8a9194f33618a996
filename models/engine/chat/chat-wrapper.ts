import {
  ChatMLChatWrapper,
  type ChatWrapper,
  DeepSeekChatWrapper,
  GemmaChatWrapper,
  Llama3_1ChatWrapper,
  type LlamaModel,
  MistralChatWrapper,
  QwenChatWrapper,
  resolveChatWrapper,
} from "node-llama-cpp";
import { assertNever } from "../../../src/core/index.ts";
import type { ChatWrapperName } from "../../model-file.ts";

/** The library's wrapper for a model. @param name null: told from the template that the file carries */
export function createChatWrapper(model: LlamaModel, name: ChatWrapperName | null): ChatWrapper {
  const wrapper = name ?? detectWrapper(model);
  switch (wrapper) {
    case "chatml":
      return new ChatMLChatWrapper();
    case "deepseek":
      return new DeepSeekChatWrapper();
    case "qwen":
      return new QwenChatWrapper();
    case "llama3":
      // A date in the system prompt would make every prefix void at midnight.
      return new Llama3_1ChatWrapper({
        cuttingKnowledgeDate: null,
        todayDate: null,
        noToolInstructions: true,
      });
    case "mistral":
      return new MistralChatWrapper();
    case "gemma":
      return new GemmaChatWrapper();
    case "template":
      return resolveChatWrapper(model, { warningLogs: false }) ?? new ChatMLChatWrapper();
    default:
      return assertNever(wrapper);
  }
}

/** By the marks in the file's template; whatever is not recognised is left to that template itself. */
function detectWrapper(model: LlamaModel): ChatWrapperName {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (template === undefined) return "chatml";
  if (template.includes("<｜Assistant｜>")) return "deepseek";
  if (template.includes("<|im_start|>")) {
    return model.architecture.startsWith("qwen") ? "qwen" : "chatml";
  }
  return "template";
}
