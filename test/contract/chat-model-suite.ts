import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatEvent, ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";

/** What the talking model of a harness thinks and says. */
export const THOUGHT = "The reader greets me.";
export const ANSWER = "Hello there! The office opens at nine and closes at five.";
/** What the endless model says over and over. */
export const REFRAIN = "on and on it goes";

/** Models of one kind to try the contract on. */
export interface ChatModelHarness {
  /** Thinks {@link THOUGHT} and says {@link ANSWER}. */
  talker(): ChatModel;
  /** Says {@link REFRAIN} without end. */
  endless(): ChatModel;
  /** Cannot be reached at all. */
  unreachable(): ChatModel;
  /** Refuses what is longer than its context. */
  strict(): ChatModel;
  /** Begins to answer; what answers is gone after `kill()`, or by itself. */
  dying(): { readonly model: ChatModel; kill(): void };
  close(): Promise<void>;
}

/** A request with nothing special about it. */
function chatRequest(changes: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [
      { role: "system", text: "You answer questions about the office." },
      { role: "user", text: "Hello, when is the office open?" },
    ],
    conversationKey: "console:default",
    userKey: "U1",
    priority: "interactive",
    maxTokens: 200,
    maxThoughtTokens: 50,
    temperature: 0,
    jsonSchema: null,
    ...changes,
  };
}

/** All events of an answer. */
async function collect(
  model: ChatModel,
  request: ChatRequest = chatRequest(),
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of model.generate(request, { signal })) events.push(event);
  return events;
}

/** What was said, or thought, put together. */
function joined(events: readonly ChatEvent[], type: "text" | "thought"): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

/** Reads until the first piece of text and goes on in `then`. */
async function afterFirstText(
  events: AsyncIterable<ChatEvent>,
  then: () => void,
): Promise<readonly ChatEvent[]> {
  const seen: ChatEvent[] = [];
  for await (const event of events) {
    if (event.type === "text" && joined(seen, "text") === "") then();
    seen.push(event);
  }
  return seen;
}

/** The promises of the chat port, for any implementation. */
export function describeChatModel(name: string, start: () => Promise<ChatModelHarness>): void {
  describe(`chat model: ${name}`, () => {
    let harness: ChatModelHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.close());

    it("says its text and ends with exactly one done", async () => {
      const events = await collect(harness.talker());

      expect(joined(events, "text")).toBe(ANSWER);
      expect(events.filter((event) => event.type === "done")).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ type: "done", stopReason: "end" });
    });

    it("gives thoughts apart from the text and before it", async () => {
      const events = await collect(harness.talker());

      const kinds = events.map((event) => event.type).filter((type) => type !== "queued");
      expect(joined(events, "thought").trim()).toBe(THOUGHT);
      expect(kinds.lastIndexOf("thought")).toBeLessThan(kinds.indexOf("text"));
    });

    it("counts the tokens of prompt and answer", async () => {
      const done = (await collect(harness.talker())).at(-1);

      const usage = done?.type === "done" ? done.usage : null;
      expect(usage?.promptTokens).toBeGreaterThan(0);
      expect(usage?.outputTokens).toBeGreaterThan(0);
    });

    it("ends by length when the tokens are used up", async () => {
      const events = await collect(
        harness.talker(),
        chatRequest({ maxTokens: 3, maxThoughtTokens: 0 }),
      );

      expect(events.at(-1)).toMatchObject({ type: "done", stopReason: "length" });
      expect(ANSWER.startsWith(joined(events, "text"))).toBe(true);
      expect(joined(events, "text").length).toBeLessThan(ANSWER.length);
    });

    it("rejects with the caller's reason when aborted in the middle", async () => {
      const controller = new AbortController();
      const reason = new Error("the reader pressed stop");
      const events = harness.endless().generate(chatRequest({ maxTokens: 5_000 }), {
        signal: controller.signal,
      });

      const reading = afterFirstText(events, () => controller.abort(reason));

      await expect(reading).rejects.toBe(reason);
    });

    it("rejects with the caller's reason when aborted before it began", async () => {
      const reason = new Error("too late");

      const reading = collect(harness.talker(), chatRequest(), AbortSignal.abort(reason));

      await expect(reading).rejects.toBe(reason);
    });

    it("stops when its reader leaves, and answers the next one", async () => {
      const signal = new AbortController().signal;
      for await (const event of harness
        .endless()
        .generate(chatRequest({ maxTokens: 5_000 }), { signal })) {
        if (event.type === "text") break;
      }

      const events = await collect(harness.endless(), chatRequest({ maxTokens: 5 }));

      expect(joined(events, "text")).not.toBe("");
    });

    it("says that it is unavailable when it cannot be reached", async () => {
      const model = harness.unreachable();

      await expect(collect(model)).rejects.toMatchObject({ code: "model_unavailable" });
      expect(model.status()).toMatchObject({ state: "unavailable" });
      expect(model.status().reason).not.toBe("");
    }, 60_000);

    it("refuses a prompt that is longer than its context", async () => {
      const text = "a very long story without an end ".repeat(2_000);

      const reading = collect(
        harness.strict(),
        chatRequest({ messages: [{ role: "user", text }] }),
      );

      await expect(reading).rejects.toMatchObject({ code: "prompt_too_long", retryable: false });
    });

    it("says that it crashed when what answers dies in the middle", async () => {
      const { model, kill } = harness.dying();
      const signal = new AbortController().signal;

      const reading = afterFirstText(
        model.generate(chatRequest({ maxTokens: 5_000 }), { signal }),
        kill,
      );

      await expect(reading).rejects.toMatchObject({ code: "model_crashed", retryable: true });
    });
  });
}
