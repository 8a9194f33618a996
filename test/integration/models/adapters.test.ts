import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAdaptedChatModel } from "../../../models/index.ts";
import type { ChatRequest } from "../../../src/ports/chat-model.ts";
import { makeAdapter, makeRandomModel } from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const path = makeRandomModel(folder);
const plain = localChat(path, { contextSize: 1_024 });
const legal = localChat(path, { contextSize: 1_024, adapterPath: makeAdapter(folder) });

function about(collection: string | null): ChatRequest {
  const hints = { question: "When?", passages: 1, confidence: 0.9, earlierTurns: 0, collection };
  return request("When is the office open?", { maxTokens: 24, maxThoughtTokens: 0, hints });
}

describe("adapters of the real engine", () => {
  const model = createAdaptedChatModel(plain, new Map([["legal", legal]]));

  it("change the answers about their collection, and no others", async () => {
    const usual = await ask(plain, about(null));

    const adapted = await ask(model, about("legal"));

    expect(adapted.text).not.toBe(usual.text);
    expect((await ask(model, about("handbook"))).text).toBe(usual.text);
    expect((await ask(model, about(null))).text).toBe(usual.text);
    expect((await ask(model, about("legal"))).text).toBe(adapted.text);
  });

  it("that are not there leave their model unavailable, with the reason", async () => {
    const adapterPath = join(folder, "missing.gguf");
    const model = localChat(path, { adapterPath }, "not-started");

    await expect(ask(model, about("legal"))).rejects.toMatchObject({ code: "model_unavailable" });
    expect(model.status().reason).toContain("missing.gguf");
  });
});
