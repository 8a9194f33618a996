import { createRemoteChatModel, type RemoteChatModel } from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { type StubBehaviour, startOpenAiStub } from "../support/openai-stub.ts";
import {
  ANSWER,
  type ChatModelHarness,
  describeChatModel,
  REFRAIN,
  THOUGHT,
} from "./chat-model-suite.ts";

/** A stub of an OpenAI-compatible server on this machine. */
async function startRemote(): Promise<ChatModelHarness> {
  const stub = await startOpenAiStub();
  const gone = await startOpenAiStub();
  await gone.close();
  const at = (baseUrl: string): RemoteChatModel =>
    createRemoteChatModel({
      baseUrl,
      model: "stub",
      apiKey: null,
      logger: silentLogger,
      retryMinMs: 1,
    });
  const model = at(stub.baseUrl);
  const behaving = (behaviour: StubBehaviour): RemoteChatModel => {
    stub.plan(behaviour);
    return model;
  };
  const tooLong = { error: { code: "context_length_exceeded", message: "…", type: "invalid" } };
  return {
    talker: () => behaving({ type: "answer", reasoning: THOUGHT, text: ANSWER }),
    endless: () => behaving({ type: "endless", text: ` ${REFRAIN}` }),
    unreachable: () => at(gone.baseUrl),
    strict: () => behaving({ type: "status", status: 400, body: tooLong }),
    dying: () => ({ model: behaving({ type: "break-off", text: REFRAIN }), kill: () => {} }),
    close: () => stub.close(),
  };
}

describeChatModel("OpenAI-compatible server", startRemote);
