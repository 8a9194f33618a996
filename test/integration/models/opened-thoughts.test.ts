import { afterAll, beforeAll, expect, it } from "vitest";
import { composeRemoteChat } from "../../../src/compose-remote-models.ts";
import { configSchema } from "../../../src/config-schema.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { type OpenAiStub, startOpenAiStub } from "../../support/openai-stub.ts";
import { ask, request } from "./local-chat.ts";

let stub: OpenAiStub;

beforeAll(async () => {
  stub = await startOpenAiStub();
});
afterAll(() => stub.close());

/** The answer of a server whose template opens the thought, so that its text only ends it. */
async function answered(models: object): Promise<string> {
  const config = configSchema.parse({ dataDir: "/nowhere", models: { chat: "r1", ...models } });
  const chat = composeRemoteChat(config, silentLogger);
  if (chat === null) throw new Error("no server is configured");
  stub.plan({ type: "answer", text: "They want the code. </think>It is 4711." });
  return (await ask(chat, request("What is the code?"))).text;
}

it("keeps back what comes before the end of a thought that the server opened itself", async () => {
  expect(await answered({ url: stub.baseUrl, opensThoughts: true })).toBe("It is 4711.");
});

it("takes back what it took for the answer when nobody said so", async () => {
  expect(await answered({ url: stub.baseUrl })).toBe("It is 4711.");
});

it("knows it of each of several servers", async () => {
  const upstreams = [{ url: stub.baseUrl, opensThoughts: true }];

  expect(await answered({ upstreams })).toBe("It is 4711.");
});
