import { z } from "zod";
import { timeLimit } from "../../src/core/index.ts";
import { answerAfter, type ChatMessage, type ChatModel } from "../../src/ports/chat-model.ts";
import { cleanLine } from "../language/index.ts";

/** Longer questions are none. */
export const MAX_QUESTION_CHARACTERS = 600;
const MAX_TOKENS = 120;
const TIME_LIMIT_MS = 4000;
const schema = z.object({ question: z.string().min(1).max(MAX_QUESTION_CHARACTERS) });
const jsonSchema = z.toJSONSchema(schema);

/** A question that the chat model makes of messages, as JSON; null when it fails or takes too long. */
export async function questionFromModel(
  messages: readonly ChatMessage[],
  tools: {
    readonly chatModel: ChatModel;
    readonly conversationKey: string;
    readonly userKey: string;
    readonly signal: AbortSignal;
  },
): Promise<string | null> {
  const { chatModel, conversationKey, userKey } = tools;
  const signal = AbortSignal.any([tools.signal, timeLimit(TIME_LIMIT_MS)]);
  let written = "";
  try {
    const events = chatModel.generate(
      {
        messages,
        conversationKey,
        userKey,
        priority: "interactive",
        maxTokens: MAX_TOKENS,
        maxThoughtTokens: 0,
        temperature: 0,
        jsonSchema,
      },
      { signal },
    );
    for await (const event of events) written = answerAfter(written, event);
    return cleanLine(schema.parse(JSON.parse(written)).question);
  } catch {
    tools.signal.throwIfAborted();
    return null; // it goes on without
  }
}
