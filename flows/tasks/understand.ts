import type { ChatModel } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { CustomFlow } from "../forms/custom-flow.ts";
import type { DialogueSettings } from "../settings.ts";
import { readForFlows } from "../understand/read-flow.ts";
import { readMessage } from "../understand/read-message.ts";
import { rewriteWithModel } from "../understand/rewrite-with-model.ts";
import type { UnderstandInput, Understanding } from "./contracts.ts";

/** Reads a message by rules; a follow-up is completed by the chat model where there is one. */
export async function understand(
  input: UnderstandInput,
  context: TaskContext,
  tools: {
    readonly chatModel: ChatModel | null;
    readonly flows: readonly CustomFlow[];
    readonly settings: DialogueSettings;
    readonly logger: Logger;
  },
): Promise<Understanding> {
  context.progress({ type: "stage", stage: "understanding" });
  const read = readMessage(input, tools.settings);
  const understanding = readForFlows(read, input, tools.flows);
  const { act, language } = understanding;
  tools.logger.debug({ act: act.type, language }, "understood");
  const { chatModel } = tools;
  if (chatModel === null || act.type !== "question" || !act.isRewritten) return understanding;
  const text = input.texts.join("\n");
  const { signal } = context;
  const rewritten = await rewriteWithModel(text, input, { chatModel, language, signal });
  return rewritten === null ? understanding : { language, act: { ...act, question: rewritten } };
}
