import { describe, expect, it } from "vitest";
import { createFallbackChatModel } from "../../../models/index.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type {
  ChatEvent,
  ChatModel,
  ChatRequest,
  ModelStatus,
} from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

const REQUEST: ChatRequest = {
  messages: [{ role: "user", text: "hello" }],
  conversationKey: "c",
  userKey: "u",
  priority: "interactive",
  maxTokens: 10,
  maxThoughtTokens: null,
  temperature: 0,
  jsonSchema: null,
};

/** Says these words, then fails when told to. */
function model(
  name: string,
  words: readonly string[],
  failure: Error | null = null,
  state: ModelStatus["state"] = "ready",
): ChatModel & { calls: number } {
  const self = {
    calls: 0,
    status: (): ModelStatus => ({ model: name, state, reason: null }),
    generate: async function* (): AsyncGenerator<ChatEvent, void, undefined> {
      self.calls += 1;
      for (const text of words) yield { type: "text", text };
      if (failure !== null) throw failure;
    },
  };
  return self;
}

async function said(
  chat: ChatModel | null,
  signal = new AbortController().signal,
): Promise<string> {
  let text = "";
  for await (const event of chat?.generate(REQUEST, { signal }) ?? []) {
    if (event.type === "text") text += event.text;
  }
  return text;
}

const crashed = new FrontdeskError("model_crashed", "gone", { retryable: true });

describe("several chat models in order", () => {
  it("are no model when there is none", () => {
    expect(createFallbackChatModel([], silentLogger)).toBeNull();
  });

  it("let the second answer when the first fails before a word", async () => {
    const chat = createFallbackChatModel(
      [model("small", [], crashed), model("large", ["yes"])],
      silentLogger,
    );

    expect(await said(chat)).toBe("yes");
  });

  it("let the second answer when the first only thought", async () => {
    const thinking: ChatModel = {
      ...model("small", []),
      generate: async function* () {
        yield { type: "thought", text: "hm" };
        throw crashed;
      },
    };
    const chat = createFallbackChatModel([thinking, model("large", ["yes"])], silentLogger);

    expect(await said(chat)).toBe("yes");
  });

  it("do not even ask one that is unavailable", async () => {
    const down = model("small", ["no"], null, "unavailable");
    const chat = createFallbackChatModel([down, model("large", ["yes"])], silentLogger);

    expect(await said(chat)).toBe("yes");
    expect(down.calls).toBe(0);
    expect(chat?.status().model).toBe("large");
  });

  it("do not start over when a part was read already", async () => {
    const chat = createFallbackChatModel(
      [model("small", ["half"], crashed), model("large", ["yes"])],
      silentLogger,
    );

    await expect(said(chat)).rejects.toBe(crashed);
  });

  it("do not pass a request on that is wrong itself", async () => {
    const tooLong = new FrontdeskError("prompt_too_long", "too long");
    const second = model("large", ["yes"]);
    const chat = createFallbackChatModel([model("small", [], tooLong), second], silentLogger);

    await expect(said(chat)).rejects.toBe(tooLong);
    expect(second.calls).toBe(0);
  });

  it("do not pass a request on that was aborted", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    const second = model("large", ["yes"]);
    const chat = createFallbackChatModel([model("small", [], crashed), second], silentLogger);

    await expect(said(chat, controller.signal)).rejects.toBe(crashed);
    expect(second.calls).toBe(0);
  });
});
