import { describe, expect, it } from "vitest";
import { checkOutput } from "../../../models/index.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "../../../src/ports/chat-model.ts";

const jsonSchema = {
  type: "object",
  properties: { decision: { enum: ["answer", "decline"] }, round: { type: "integer", minimum: 1 } },
  required: ["decision", "round"],
  additionalProperties: false,
};
const request = (schema: object | null): ChatRequest => ({
  messages: [{ role: "user", text: "decide" }],
  conversationKey: "talk",
  userKey: "ann",
  priority: "interactive",
  maxTokens: 10,
  maxThoughtTokens: null,
  temperature: 0,
  jsonSchema: schema,
});

function saying(...pieces: readonly string[]): ChatModel {
  return {
    status: () => ({ model: "m", state: "ready", reason: null }),
    generate: async function* () {
      for (const text of pieces) yield { type: "text", text };
      yield {
        type: "done",
        stopReason: "end",
        usage: { promptTokens: 1, cachedTokens: 0, outputTokens: 1, thoughtTokens: 0 },
      };
    },
  };
}

async function read(model: ChatModel, about: ChatRequest): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  const call = { signal: new AbortController().signal };
  for await (const event of checkOutput(model).generate(about, call)) events.push(event);
  return events;
}

describe("structured output", () => {
  it("comes in one piece once it is complete and follows its schema", async () => {
    const events = await read(saying('{"decision":"an', 'swer","round":2}'), request(jsonSchema));

    expect(events.map(({ type }) => type)).toEqual(["text", "done"]);
    expect(events[0]).toEqual({ type: "text", text: '{"decision":"answer","round":2}' });
  });

  it.each([
    ["is cut off", '{"decision":"answer","rou'],
    ["is no JSON", "I would rather answer."],
    ["says what is not allowed", '{"decision":"maybe","round":2}'],
    // A grammar takes this for an integer; JSON.parse makes 0 of it.
    ["has a number that is none", '{"decision":"answer","round":5e-713}'],
    ["leaves something out", '{"decision":"answer"}'],
  ])("is refused when it %s", async (_, text) => {
    const reading = read(saying(text), request(jsonSchema));

    await expect(reading).rejects.toMatchObject({ code: "model_output_invalid", retryable: true });
  });

  it("never puts what the model wrote into the error", async () => {
    const reading = read(saying('{"decision":"secret-word","round":2}'), request(jsonSchema));

    await expect(reading).rejects.not.toThrow("secret-word");
  });

  it("leaves free text as it streams", async () => {
    const events = await read(saying("one ", "two"), request(null));

    expect(events.map(({ type }) => type)).toEqual(["text", "text", "done"]);
  });
});
