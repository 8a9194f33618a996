import { FrontdeskError } from "../../src/core/index.ts";
import { answerAfter, type ChatModel } from "../../src/ports/chat-model.ts";

const PROBE_TOKENS = 16;

/** Has a model answer a small question. @throws FrontdeskError when it cannot, `model_invalid` when it says nothing */
export async function probeChatModel(model: ChatModel, signal: AbortSignal): Promise<void> {
  let text = "";
  const events = model.generate(
    {
      messages: [{ role: "user", text: "Say hello." }],
      conversationKey: "swap/probe",
      userKey: "swap",
      priority: "interactive",
      maxTokens: PROBE_TOKENS,
      maxThoughtTokens: 0,
      temperature: 0,
      jsonSchema: null,
    },
    { signal },
  );
  for await (const event of events) text = answerAfter(text, event);
  if (text.trim() !== "") return;
  throw new FrontdeskError(
    "model_invalid",
    `Model "${model.status().model}" was loaded, but answers a trial question with nothing.`,
  );
}
