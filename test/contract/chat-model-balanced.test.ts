import {
  createBalancedChatModel,
  createRemoteChatModel,
  type RemoteChatModel,
} from "../../models/index.ts";
import type { ChatModel } from "../../src/ports/chat-model.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { type StubBehaviour, startOpenAiStub } from "../support/openai-stub.ts";
import {
  ANSWER,
  type ChatModelHarness,
  describeChatModel,
  REFRAIN,
  THOUGHT,
} from "./chat-model-suite.ts";

/** Two servers, the first of which is not there: everything comes from the second. */
async function startBalanced(): Promise<ChatModelHarness> {
  const stub = await startOpenAiStub();
  const gone = await startOpenAiStub();
  await gone.close();
  const at = (baseUrl: string): RemoteChatModel =>
    createRemoteChatModel({
      baseUrl,
      model: "stub",
      apiKey: null,
      logger: silentLogger,
      attempts: 1,
    });
  const over = (...urls: readonly string[]): ChatModel =>
    createBalancedChatModel({
      logger: silentLogger,
      upstreams: urls.map((url, index) => ({
        key: url,
        model: at(url),
        weight: 1,
        isBackup: index > 0,
      })),
    });
  const model = over(gone.baseUrl, stub.baseUrl);
  const behaving = (behaviour: StubBehaviour): ChatModel => {
    stub.plan(behaviour);
    return model;
  };
  const tooLong = { error: { code: "context_length_exceeded", message: "…", type: "invalid" } };
  return {
    talker: () => behaving({ type: "answer", reasoning: THOUGHT, text: ANSWER }),
    endless: () => behaving({ type: "endless", text: ` ${REFRAIN}` }),
    unreachable: () => over(gone.baseUrl, gone.baseUrl),
    strict: () => behaving({ type: "status", status: 400, body: tooLong }),
    dying: () => ({ model: behaving({ type: "break-off", text: ANSWER }), kill: () => {} }),
    close: () => stub.close(),
  };
}

describeChatModel("several servers", startBalanced);
