import { describe, expect, it } from "vitest";
import type { LocalChatModel } from "../../../models/index.ts";
import { createSwappableChatModel } from "../../../models/index.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ChatEvent, ChatRequest, QuestionHints } from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { thrown } from "./thrown.ts";

const signal = new AbortController().signal;
const HINTS: QuestionHints = {
  question: "hello",
  passages: 1,
  confidence: null,
  earlierTurns: 0,
  collection: null,
};
/** A side task has its purpose behind the conversation and is no answer. */
const about = (conversationKey: string): ChatRequest => ({
  ...(conversationKey.includes("/") ? {} : { hints: HINTS }),
  messages: [{ role: "user", text: "hello" }],
  conversationKey,
  userKey: "ann",
  priority: "interactive",
  maxTokens: 10,
  maxThoughtTokens: 0,
  temperature: 0,
  jsonSchema: null,
});
const DONE: ChatEvent = {
  type: "done",
  stopReason: "end",
  usage: { promptTokens: 1, cachedTokens: 0, outputTokens: 11, thoughtTokens: 0 },
};

interface FakeModel extends LocalChatModel {
  /** What the next answers do. */
  behaviour: "answer" | "fail" | "break" | "hang" | "silence";
  firstTokenMs: number;
  isClosed(): boolean;
  /** Lets what hangs go on. */
  letGo(): void;
}

function fakeModels(): { now(): number; make(name: string, load?: Promise<void>): FakeModel } {
  let time = 0;
  return {
    now: () => time,
    make: (name, load = Promise.resolve()) => {
      let isClosed = false;
      let letGo = (): void => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const model: FakeModel = {
        behaviour: "answer",
        firstTokenMs: 10,
        isClosed: () => isClosed,
        letGo: () => letGo(),
        start: () => {},
        ready: () => load,
        status: () => ({ model: name, state: "ready", reason: null }),
        pid: () => 1,
        deaths: () => 0,
        stats: () => null,
        queued: () => 0,
        close: async () => {
          isClosed = true;
        },
        generate: async function* (request) {
          const { behaviour } = model;
          await Promise.resolve();
          time += model.firstTokenMs;
          if (behaviour === "fail") throw new FrontdeskError("model_crashed", "it died");
          if (behaviour !== "silence") yield { type: "text", text: name };
          if (behaviour === "break") throw new FrontdeskError("model_crashed", "it died");
          if (behaviour === "hang" && request.conversationKey !== "swap/probe") await held;
          time += 100;
          yield DONE;
        },
      };
      return model;
    },
  };
}

function open(change: (next: FakeModel) => void = () => {}, load?: Promise<void>) {
  const fakes = fakeModels();
  const [old, next] = [fakes.make("old"), fakes.make("new", load)];
  change(next);
  const finished: string[] = [];
  const model = createSwappableChatModel({
    first: old,
    open: (name) => {
      if (name === "new") return next;
      throw new FrontdeskError("model_not_found", `no ${name}`);
    },
    onFinished: (name) => finished.push(name),
    logger: silentLogger,
    now: fakes.now,
  });
  const ask = async (conversationKey: string): Promise<string> => {
    let text = "";
    for await (const event of model.generate(about(conversationKey), { signal })) {
      if (event.type === "text") text += event.text;
    }
    return text;
  };
  const begin = async (sharePercent: number): Promise<void> => {
    model.swap.act({ type: "begin", model: "new", sharePercent });
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  return { model, old, next, finished, ask, begin };
}

describe("swap of a chat model", () => {
  it("gives the new one its share of the new conversations and leaves the old ones where they are", async () => {
    const { ask, begin } = open();
    const before = Array.from({ length: 50 }, (_, index) => `before ${index}`);
    for (const key of before) await ask(key);

    await begin(30);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => ask(`talk ${index}`)),
    );
    const again = await Promise.all(before.map(ask));

    const share = answers.filter((text) => text === "new").length / 1_000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(new Set(again)).toEqual(new Set(["old"]));
  });

  it("keeps a conversation with its model when the share changes, side tasks included", async () => {
    const { model, ask, begin } = open();
    await begin(100);
    expect(await ask("talk")).toBe("new");

    model.swap.act({ type: "share", sharePercent: 0 });

    expect(await ask("talk")).toBe("new");
    expect(await ask("talk/rewrite")).toBe("new");
    expect(await ask("another")).toBe("old");
  });

  it("hands over, and ends the old one only when its last answer is done", async () => {
    const { model, old, finished, ask, begin } = open();
    old.behaviour = "hang";
    const running = ask("before");
    await begin(100);

    model.swap.act({ type: "finish" });
    expect(old.isClosed()).toBe(false);
    expect(await ask("before")).toBe("new");
    old.letGo();

    expect(await running).toBe("old");
    expect(old.isClosed()).toBe(true);
    expect(finished).toEqual(["new"]);
    expect(model.status().model).toBe("new");
    expect(model.swap.status()).toMatchObject({ candidate: null, last: { outcome: "finished" } });
  });

  it("goes back when the operator wants it, and no answer breaks off", async () => {
    const { model, next, ask, begin } = open((made) => {
      made.behaviour = "hang";
    });
    await begin(100);
    const running = ask("talk");
    await Promise.resolve();

    model.swap.act({ type: "roll-back" });
    expect(await ask("another")).toBe("old");
    next.letGo();

    expect(await running).toBe("new");
    expect(next.isClosed()).toBe(true);
    expect(model.swap.status().last).toEqual({
      model: "new",
      outcome: "rolled-back",
      reason: null,
    });
  });

  it("goes back by itself when answers fail, and nobody notices what fails before its first word", async () => {
    const { model, next, ask, begin } = open();
    await begin(100);
    next.behaviour = "fail";

    const answers = [await ask("one"), await ask("two"), await ask("three"), await ask("four")];

    expect(answers).toEqual(["old", "old", "old", "old"]);
    expect(model.swap.status().candidate).toBeNull();
    expect(model.swap.status().last?.reason).toContain("100 % of its answers failed");
    expect(next.isClosed()).toBe(true);
  });

  it("goes back by itself when it is slower in a way that is felt", async () => {
    const { model, next, ask, begin } = open();
    for (let index = 0; index < 10; index += 1) await ask(`before ${index}`);
    await begin(100);
    next.firstTokenMs = 400;

    for (let index = 0; index < 8; index += 1) await ask(`talk ${index}`);

    expect(model.swap.status().last?.reason).toContain("first word comes after 400 ms");
    expect(await ask("talk 1")).toBe("old");
  });

  it("goes back by itself when its answers have no words", async () => {
    const { model, next, ask, begin } = open();
    await begin(100);
    next.behaviour = "silence";

    const answers = [await ask("one"), await ask("two"), await ask("three")];

    expect(answers).toEqual(["", "", ""]);
    expect(model.swap.status().last?.reason).toContain("100 % of its answers failed");
  });

  it("is not judged by rewrites and translations, which take other times than answers", async () => {
    const { model, old, next, ask, begin } = open();
    old.firstTokenMs = 100;
    for (let index = 0; index < 10; index += 1) await ask(`before ${index}/rewrite`);
    old.firstTokenMs = 400;
    for (let index = 0; index < 10; index += 1) await ask(`before ${index}`);
    await begin(100);
    next.firstTokenMs = 2_000;
    for (let index = 0; index < 10; index += 1) await ask(`talk ${index}/translation`);
    next.behaviour = "fail";
    for (let index = 0; index < 3; index += 1) await ask(`talk ${index}/rewrite`);
    next.behaviour = "answer";
    next.firstTokenMs = 400;
    for (let index = 0; index < 10; index += 1) await ask(`talk ${index}`);

    const { current, candidate } = model.swap.status();
    expect(current.figures).toMatchObject({ answers: 10, failures: 0, firstTokenMs: 400 });
    expect(candidate?.figures).toMatchObject({ answers: 10, failures: 0, firstTokenMs: 400 });
  });

  it("does not answer one that breaks off in the middle a second time", async () => {
    const { next, ask, begin } = open();
    await begin(100);
    next.behaviour = "break";

    await expect(ask("talk")).rejects.toMatchObject({ code: "model_crashed" });
  });

  it("changes nothing when the new one cannot be loaded or says nothing", async () => {
    const broken = open(
      () => {},
      Promise.resolve().then(() => {
        throw new FrontdeskError("model_unavailable", "new.gguf is cut off");
      }),
    );
    await broken.begin(100);
    const mute = open((next) => {
      next.behaviour = "silence";
    });
    await mute.begin(100);

    expect(broken.model.swap.status().last?.reason).toContain("cut off");
    expect(mute.model.swap.status().last?.reason).toContain("with nothing");
    expect(await broken.ask("talk")).toBe("old");
    expect(mute.next.isClosed()).toBe(true);
  });

  it("refuses what is not its time", async () => {
    const { model, begin } = open();

    expect(thrown(() => model.swap.act({ type: "finish" }))).toMatchObject({ code: "usage" });
    expect(
      thrown(() => model.swap.act({ type: "begin", model: "none", sharePercent: 1 })),
    ).toMatchObject({ code: "model_not_found" });
    await begin(10);
    expect(
      thrown(() => model.swap.act({ type: "begin", model: "new", sharePercent: 1 })),
    ).toMatchObject({ code: "usage" });
  });

  it("closes both", async () => {
    const { model, old, next, begin } = open();
    await begin(50);

    await model.close();

    expect([old.isClosed(), next.isClosed()]).toEqual([true, true]);
  });
});
