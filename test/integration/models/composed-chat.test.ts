import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { composeModels } from "../../../src/compose-models.ts";
import { loadConfig } from "../../../src/config.ts";
import type { ChatModel, ChatRequest, QuestionHints } from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { type OpenAiStub, startOpenAiStub } from "../../support/openai-stub.ts";
import { makeAdapter, makeRandomModel, makeScriptedModel } from "../../support/scripted-gguf.ts";
import { ask, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const observer = { admitted: () => {}, answered: () => {} };
let server: OpenAiStub;
beforeAll(async () => {
  server = await startOpenAiStub();
});
beforeEach(() => server.plan({ type: "answer", text: "From the server." }));
afterAll(() => server.close());

/** The chat model as `frontdesk start` makes it from these settings, once it is loaded. */
async function configured(name: string, env: Readonly<Record<string, string>>): Promise<ChatModel> {
  const config = loadConfig({
    file: null,
    env: { FRONTDESK_DATA_DIR: join(folder, name), FRONTDESK_EMBED_MODEL: "off", ...env },
    workingDirectory: folder,
  });
  const { chat, parts, close } = composeModels(config, silentLogger, observer);
  onTestFinished(close);
  if (chat === null) throw new Error("a chat model is configured");
  await vi.waitFor(
    () => expect(parts.map(({ status }) => status().state)).not.toContain("starting"),
    { timeout: 60_000, interval: 20 },
  );
  return chat;
}

const small = (script: string, isEndless = false): Readonly<Record<string, string>> => ({
  FRONTDESK_MODEL_URL: server.baseUrl,
  FRONTDESK_SMALL_MODEL: makeScriptedModel(folder, { script, isEndless }),
  FRONTDESK_MODELS_SEQUENCES: "1",
});

function about(question: string, changes: Partial<QuestionHints> = {}): ChatRequest {
  const usual = { passages: 3, confidence: 0.9, earlierTurns: 0, collection: null };
  const hints = { question, ...usual, ...changes };
  return request(question, {
    maxThoughtTokens: 0,
    maxTokens: 24,
    conversationKey: question,
    hints,
  });
}

it("asks the small model routine questions and the server hard ones (models.smallFor: routine)", async () => {
  const env = { ...small("From the small one."), FRONTDESK_MODELS_SMALL_FOR: "routine" };
  const chat = await configured("routine", env);

  const routine = await ask(chat, about("When does the office open?"));
  const hard = await ask(chat, about("Why does it open so late?"));

  expect([routine.text, hard.text]).toEqual(["From the small one.", "From the server."]);
});

it("gives the server what would have to wait for the small model (models.smallFor: overflow)", async () => {
  const chat = await configured("overflow", {
    ...small(" on and on", true),
    FRONTDESK_MODELS_SMALL_FOR: "overflow",
    FRONTDESK_MODELS_MAX_WAIT_SECONDS: "0",
  });
  await ask(chat, about("How long does an answer take?"));

  const [first, second] = await Promise.all([
    ask(chat, { ...about("When does the office open?"), maxTokens: 2_000 }),
    ask(chat, about("Where is it?")),
  ]);

  expect(first.text).toContain("on and on");
  expect(second.text).toBe("From the server.");
});

it("asks the small model only when the server is away (models.smallFor: backup)", async () => {
  const chat = await configured("backup", small("From the small one."));
  const usual = await ask(chat, about("When does the office open?"));

  server.plan({ type: "status", status: 401, body: {} });
  const away = await ask(chat, about("Where is it?"));

  expect([usual.text, away.text]).toEqual(["From the server.", "From the small one."]);
});

it("writes answers of a collection with its adapter, and keeps idle conversations where it is told to", async () => {
  const chat = await configured("adapters", {
    FRONTDESK_MODEL: makeRandomModel(folder),
    FRONTDESK_MODELS_ADAPTERS: JSON.stringify({ legal: makeAdapter(folder) }),
    FRONTDESK_MODELS_SPILL_MEGABYTES: "10",
  });

  const usual = await ask(chat, about("When does the office open?"));
  const legal = await ask(chat, about("When does the office open?", { collection: "legal" }));
  const other = await ask(chat, about("When does the office open?", { collection: "staff" }));

  expect(legal.text).not.toBe(usual.text);
  expect(other.text).toBe(usual.text);
  expect(existsSync(join(folder, "adapters", "models", "spill"))).toBe(true);
});

it("writes answers of a collection with the adapter that a server knows by its name", async () => {
  const chat = await configured("served-adapters", {
    FRONTDESK_MODEL_URL: server.baseUrl,
    FRONTDESK_MODEL: "Qwen/Qwen3-8B",
    FRONTDESK_MODELS_ADAPTERS: JSON.stringify({ legal: "legal-lora" }),
  });
  const count = server.requests.length;

  await ask(chat, about("When does the office open?"));
  await ask(chat, about("When does the office open?", { collection: "legal" }));
  server.plan({ type: "status", status: 404, body: {} }, { type: "answer", text: "As usual." });
  const away = await ask(chat, about("Where is it?", { collection: "legal" }));

  const models = server.requests.slice(count).flatMap(({ body }) => body.model ?? []);
  expect(models).toEqual(["Qwen/Qwen3-8B", "legal-lora", "legal-lora", "Qwen/Qwen3-8B"]);
  expect(away.text).toBe("As usual.");
});

it("refuses the file of an adapter where the model runs on a server", () => {
  const env = {
    FRONTDESK_MODEL_URL: server.baseUrl,
    FRONTDESK_MODELS_ADAPTERS: JSON.stringify({ legal: "/models/legal.gguf" }),
  };

  const load = (): unknown => loadConfig({ file: null, env, workingDirectory: folder });

  expect(load).toThrow(/models\.adapters\.legal.*name of the adapter on the model server/u);
});
