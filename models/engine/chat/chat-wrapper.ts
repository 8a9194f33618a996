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
import { assertNever, FrontdeskError } from "../../../src/core/index.ts";
import { CHAT_WRAPPERS, type ChatWrapperName } from "../../model-file.ts";
import { withinDeadline } from "./within-deadline.ts";

/** How long the template of a file may take: once when the model is loaded, and for each prompt. */
export interface TemplateDeadlines {
  readonly loadMs: number;
  readonly promptMs: number;
}

const DEADLINES: TemplateDeadlines = { loadMs: 20_000, promptMs: 5_000 };

/**
 * The library's wrapper for a model.
 * @param name null: told from the template that the file carries
 * @throws FrontdeskError `model_invalid` when that template does not end; prompts throw the same
 */
export function createChatWrapper(
  model: LlamaModel,
  name: ChatWrapperName | null,
  deadlines: TemplateDeadlines = DEADLINES,
): ChatWrapper {
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
      return templateWrapper(model, deadlines);
    default:
      return assertNever(wrapper);
  }
}

/** A template is a program that came with the file: it may loop, so it is not trusted to end. */
function templateWrapper(model: LlamaModel, { loadMs, promptMs }: TemplateDeadlines): ChatWrapper {
  const late = (ms: number) => (): FrontdeskError =>
    new FrontdeskError(
      "model_invalid",
      `The chat template in ${model.filename ?? "the model file"} does not come to its end within ${ms / 1_000} s. Set ` +
        `models.wrapper to the format of the model instead: ${CHAT_WRAPPERS.filter((one) => one !== "template").join(", ")}.`,
    );
  const wrapper = withinDeadline(
    loadMs,
    () => resolveChatWrapper(model, { warningLogs: false }) ?? new ChatMLChatWrapper(),
    late(loadMs),
  );
  const render = wrapper.generateContextState.bind(wrapper);
  wrapper.generateContextState = (options) =>
    withinDeadline(promptMs, () => render(options), late(promptMs));
  return wrapper;
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
