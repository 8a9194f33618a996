import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { ChatModel } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { AnswerCache } from "../answer/cache.ts";
import { quoteAnswer } from "../answer/extract.ts";
import { answerPrompt, REFUSAL } from "../answer/prompt.ts";
import { createDraftStream } from "../answer/stream.ts";
import { tellingPassages } from "../answer/telling.ts";
import type { DialogueSettings } from "../settings.ts";
import type { AnswerDraft, AnswerInput } from "./contracts.ts";

const TEMPERATURE = 0.1;

/** With less room than this a prompt says nothing any more. */
const LEAST_PROMPT_TOKENS = 128;

function quote(input: AnswerInput, kind: "extractive" | "away"): AnswerDraft {
  const quoted = quoteAnswer(input.translation ?? input.question, input.passages);
  return quoted === null
    ? { kind, text: "", citations: [], isRefusal: true }
    : { kind, ...quoted, isRefusal: false };
}

interface WritingTools {
  readonly chatModel: ChatModel;
  readonly settings: DialogueSettings;
  readonly logger: Logger;
}

/** Our count of tokens is rough and the model's context may be small: what is too long is asked again with less. */
async function writeFitting(
  input: AnswerInput,
  context: TaskContext,
  tools: WritingTools,
): Promise<AnswerDraft> {
  for (let promptTokens = tools.settings.promptTokens; ; promptTokens /= 2) {
    try {
      return await write(input, context, { ...tools, promptTokens });
    } catch (error) {
      const isLast = promptTokens / 2 < LEAST_PROMPT_TOKENS;
      if (isLast || !isFrontdeskError(error, "prompt_too_long")) throw error;
    }
  }
}

async function write(
  input: AnswerInput,
  context: TaskContext,
  tools: WritingTools & { readonly promptTokens: number },
): Promise<AnswerDraft> {
  const { settings, promptTokens } = tools;
  const newDraft = () => createDraftStream(input.passages, input.language);
  let draft = newDraft();
  const show = (delta: string): void => {
    if (delta !== "") context.progress({ type: "text", delta });
  };
  if (context.attempt > 1 || input.isRegeneration) context.progress({ type: "reset" });
  const documents = new Set(input.passages.map(({ documentId }) => documentId)).size;
  const reading = { type: "stage", stage: "reading", documents } as const;
  context.progress(reading);
  const events = tools.chatModel.generate(
    {
      messages: answerPrompt(input, promptTokens),
      conversationKey: input.conversationKey,
      userKey: input.userKey,
      priority: "interactive",
      maxTokens: settings.answerTokens,
      maxThoughtTokens: input.thoughtTokens ?? settings.thoughtTokens,
      temperature: TEMPERATURE,
      jsonSchema: null,
      hints: {
        question: input.question,
        passages: tellingPassages(input),
        confidence: input.confidence,
        earlierTurns: input.earlierTurns,
        collection: input.collection,
      },
    },
    { signal: context.signal },
  );
  let doing: "reading" | "thinking" | "writing" = "reading";
  const goOn = (stage: "thinking" | "writing"): void => {
    if (doing !== stage) context.progress({ type: "stage", stage });
    doing = stage;
  };
  let thoughts = "";
  for await (const event of events) {
    if (event.type === "queued") {
      context.progress({ ...event, type: "stage", stage: "queued" });
    } else if (event.type === "admitted") {
      context.progress(reading);
    } else if (event.type === "thought") {
      goOn("thinking");
      thoughts += event.text;
    } else if (event.type === "text") {
      goOn("writing");
      show(draft.push(event.text));
    } else if (event.type === "retracted") {
      draft = newDraft();
      context.progress({ type: "reset" });
    }
  }
  show(draft.end());
  // Nowhere else are thoughts kept, and here only while somebody asks for this level.
  if (thoughts !== "") {
    tools.logger.debug({ conversationId: input.conversationKey, thoughts }, "the model thought");
  }
  const text = draft.text();
  const isRefusal = text === "" || text.includes(REFUSAL);
  return { kind: "model", text, citations: [], isRefusal };
}

/** What was written before for the same question, else something new. */
async function writeOrRecall(
  input: AnswerInput,
  context: TaskContext,
  tools: WritingTools & { readonly cache: AnswerCache | null },
): Promise<AnswerDraft> {
  const { cache } = tools;
  const { model } = tools.chatModel.status();
  const known = (await cache?.find(input, model)) ?? null;
  if (known !== null) {
    if (context.attempt > 1) context.progress({ type: "reset" });
    const recalled = createDraftStream(input.passages, input.language);
    const delta = `${recalled.push(known.text)}${recalled.end()}`;
    if (delta !== "") context.progress({ type: "text", delta });
    return known;
  }
  const draft = await writeFitting(input, context, tools);
  await cache?.keep(input, model, draft);
  return draft;
}

/** Writes an answer with the chat model, or quotes the documents when there is none or it fails. */
export async function answer(
  input: AnswerInput,
  context: TaskContext,
  tools: {
    readonly chatModel: ChatModel | null;
    /** Null or absent: every answer is written anew. */
    readonly cache?: AnswerCache | null;
    readonly settings: DialogueSettings;
    readonly logger: Logger;
  },
): Promise<AnswerDraft> {
  const { chatModel, logger, cache = null } = tools;
  if (chatModel === null) return quote(input, "extractive");
  try {
    return await writeOrRecall(input, context, { ...tools, chatModel, cache });
  } catch (error) {
    context.signal.throwIfAborted();
    logger.warn(
      { reason: errorMessage(error) },
      "the chat model failed; answering with quotations",
    );
    context.progress({ type: "reset" });
    return quote(input, "away");
  }
}
