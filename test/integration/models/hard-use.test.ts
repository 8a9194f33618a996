import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { makeScriptedModel } from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const path = makeScriptedModel(folder, {
  script: "<think> on and on </think> it goes without end",
  isEndless: true,
});
const chat = localChat(path, { sequences: 2, contextSize: 1_024 });
const talk = (conversationKey: string, maxTokens: number): ReturnType<typeof request> =>
  request("go on", { conversationKey, userKey: conversationKey, maxTokens, maxThoughtTokens: 8 });

/** Whoever comes next is answered without a wait, as soon as the process has let go of what was given up. */
async function expectFree(): Promise<void> {
  expect(chat.queued()).toBe(0);
  let waits = 0;
  for (;;) {
    const both = await Promise.all([ask(chat, talk("x", 3)), ask(chat, talk("y", 3))]);
    expect(both.every(({ text }) => text !== "")).toBe(true);
    if (both.every(({ places }) => places.length === 0)) break;
    waits += 1;
    expect(waits).toBeLessThan(5);
  }
  expect(chat.deaths()).toBe(0);
}

describe("a chat model that is used hard", () => {
  it("answers or refuses each of 1,000 requests at once, and answers on", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        ask(chat, talk(`talk ${index}`, 3)).then(
          ({ text }) => (text === "" ? "silence" : "answered"),
          (error: unknown) => (isFrontdeskError(error) ? error.code : "defect"),
        ),
      ),
    );

    const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
    expect(count("answered")).toBe(2 + 64);
    expect(count("model_busy")).toBe(1_000 - 2 - 64);
    await expectFree();
  });

  it("gives others their turn beside a client that never reads on", async () => {
    const signal = new AbortController().signal;
    const deaf = [1, 2].map((number) =>
      chat.generate(talk(`deaf ${number}`, 200), { signal })[Symbol.asyncIterator](),
    );
    await Promise.all(deaf.map((events) => events.next()));

    const said = await ask(chat, talk("ann", 3));

    expect(said.text).not.toBe("");
    await expectFree();
  });

  it("is free again whenever a request is given up, at any stage", async () => {
    const stage = fc.record({
      /** How many events are read before the end; 0: at once. */
      afterEvents: fc.nat({ max: 4 }),
      /** Turns of the event loop before the end. */
      afterTurns: fc.nat({ max: 6 }),
      how: fc.constantFrom("abort", "leave"),
      others: fc.nat({ max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 4 }), async (stages) => {
        const ends = stages.map(async ({ afterEvents, afterTurns, how, others }, index) => {
          const controller = new AbortController();
          const reason = new Error("given up");
          const beside = Array.from({ length: others }, (_, other) =>
            ask(chat, talk(`beside ${index} ${other}`, 2)),
          );
          const giveUp = async (): Promise<"left" | "done"> => {
            let seen = 0;
            const about = talk(`given up ${index}`, 40);
            if (afterEvents === 0) {
              void turns(afterTurns).then(() => controller.abort(reason));
            }
            for await (const event of chat.generate(about, { signal: controller.signal })) {
              if (event.type === "done") return "done";
              seen += 1;
              if (seen !== afterEvents) continue;
              await turns(afterTurns);
              if (how === "leave") return "left";
              controller.abort(reason);
            }
            throw new Error("it ended without done");
          };
          const outcome = await giveUp().catch((error: unknown) => error);
          expect([reason, "left", "done"]).toContain(outcome);
          const said = await Promise.all(beside);
          expect(said.every(({ text }) => text !== "")).toBe(true);
        });
        await Promise.all(ends);
        await expectFree();
      }),
      { numRuns: 25 },
    );
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
