import { errorMessage } from "../../src/core/index.ts";
import type { ChatModel } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import { quoteAnswer } from "../answer/extract.ts";
import { answerPrompt, REFUSAL } from "../answer/prompt.ts";
import { createDraftStream } from "../answer/stream.ts";
import type { DialogueSettings } from "../settings.ts";
import type { AnswerDraft, AnswerInput } from "./contracts.ts";

const TEMPERATURE = 0.1;

function quote(input: AnswerInput): AnswerDraft {
  const quoted = quoteAnswer(input.question, input.passages);
  return quoted === null
    ? { kind: "extractive", text: "", citations: [], isRefusal: true }
    : { kind: "extractive", ...quoted, isRefusal: false };
}

async function write(
  input: AnswerInput,
  context: TaskContext,
  tools: { readonly chatModel: ChatModel; readonly settings: DialogueSettings },
): Promise<AnswerDraft> {
  const { settings } = tools;
  const draft = createDraftStream(input.passages.map(({ text }) => text));
  const show = (delta: string): void => {
    if (delta !== "") context.progress({ type: "text", delta });
  };
  if (context.attempt > 1 || input.isRegeneration) context.progress({ type: "reset" });
  context.progress({ type: "stage", stage: "thinking" });
  const events = tools.chatModel.generate(
    {
      messages: answerPrompt(input, settings.promptTokens),
      conversationKey: input.conversationKey,
      userKey: input.userKey,
      priority: "interactive",
      maxTokens: settings.answerTokens,
      maxThoughtTokens: settings.thoughtTokens,
      temperature: TEMPERATURE,
      jsonSchema: null,
    },
    { signal: context.signal },
  );
  let isWriting = false;
  for await (const event of events) {
    if (event.type === "queued") {
      context.progress({ type: "stage", stage: "queued", place: event.place, etaMs: event.etaMs });
    } else if (event.type === "text") {
      if (!isWriting) context.progress({ type: "stage", stage: "writing" });
      isWriting = true;
      show(draft.push(event.text));
    }
  }
  show(draft.end());
  const text = draft.text();
  const isRefusal = text === "" || text.includes(REFUSAL);
  return { kind: "model", text, citations: [], isRefusal };
}

/** Writes an answer with the chat model, or quotes the documents when there is none or it fails. */
export async function answer(
  input: AnswerInput,
  context: TaskContext,
  tools: {
    readonly chatModel: ChatModel | null;
    readonly settings: DialogueSettings;
    readonly logger: Logger;
  },
): Promise<AnswerDraft> {
  const { chatModel, logger } = tools;
  if (chatModel === null) return quote(input);
  try {
    return await write(input, context, { ...tools, chatModel });
  } catch (error) {
    context.signal.throwIfAborted();
    logger.warn(
      { reason: errorMessage(error) },
      "the chat model failed; answering with quotations",
    );
    context.progress({ type: "reset" });
    return quote(input);
  }
}
