import { truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createLocalChatModel,
  createSwappableChatModel,
  type LocalChatModel,
  modelFileAt,
} from "../../../models/index.ts";
import type { QuestionHints } from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { makeScriptedModel } from "../../support/scripted-gguf.ts";
import { ask, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const old = makeScriptedModel(folder, { script: " the old one says", isEndless: true });
const fresh = makeScriptedModel(folder, { script: "new words" });
const signal = new AbortController().signal;
const opened: LocalChatModel[] = [];

function open(path: string): LocalChatModel {
  const model = createLocalChatModel({
    model: modelFileAt(path),
    logger: silentLogger,
    sequences: 2,
    contextSize: 1_024,
    threads: 1,
    gpu: "off",
    limits: { startPatienceMs: 110_000, restartMinMs: 20, breakerDeaths: 2 },
  });
  opened.push(model);
  return model;
}

const chat = createSwappableChatModel({
  first: open(old),
  open,
  onFinished: () => {},
  logger: silentLogger,
  now: () => performance.now(),
});
const hints: QuestionHints = {
  question: "go on",
  passages: 0,
  confidence: null,
  earlierTurns: 0,
  collection: null,
};
const talk = (conversationKey: string, maxTokens: number): ReturnType<typeof request> =>
  request("go on", {
    conversationKey,
    userKey: conversationKey,
    maxTokens,
    maxThoughtTokens: 0,
    hints,
  });

async function loaded(): Promise<void> {
  while (chat.swap.status().candidate?.phase === "loading") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("swap of the model in the real engine", () => {
  beforeAll(() => chat.ready({ signal }));
  afterAll(() => chat.close());

  it("changes nothing when the new file cannot be loaded", async () => {
    const broken = makeScriptedModel(join(folder, "broken"), { script: "cut off" });
    truncateSync(broken, 1_000);

    chat.swap.act({ type: "begin", model: broken, sharePercent: 100 });
    await loaded();

    expect(chat.swap.status().last).toMatchObject({ outcome: "rolled-back" });
    expect(chat.swap.status().last?.reason).toContain("inside its header");
    expect((await ask(chat, talk("ann", 5))).text).toContain("the old one");
  });

  it("goes back to the old model when the new one dies, and every question is answered", async () => {
    chat.swap.act({ type: "begin", model: fresh, sharePercent: 100 });
    await loaded();
    expect((await ask(chat, talk("before", 5))).text).toBe("new words");
    const texts: string[] = [];

    for (let index = 0; chat.swap.status().candidate !== null; index += 1) {
      const pid = chat.sides()[1]?.pid() ?? null;
      if (pid !== null) process.kill(pid, "SIGKILL");
      texts.push((await ask(chat, talk(`dying ${index}`, 5))).text);
    }

    expect(texts.every((text) => text !== "")).toBe(true);
    expect(chat.swap.status().last?.reason).toContain("failed");
    expect((await ask(chat, talk("before", 5))).text).toContain("the old one");
  });

  it("hands over to the new model while long answers of the old one run to their end", async () => {
    const long = Promise.all([ask(chat, talk("one", 400)), ask(chat, talk("two", 400))]);

    chat.swap.act({ type: "begin", model: fresh, sharePercent: 100 });
    await loaded();
    const beside = await ask(chat, talk("three", 5));
    const before = opened[0];
    chat.swap.act({ type: "finish" });
    const after = await ask(chat, talk("one", 5));

    const answers = await long;
    expect(beside.text).toBe("new words");
    expect(after.text).toBe("new words");
    expect(answers.map(({ done }) => done.stopReason)).toEqual(["length", "length"]);
    expect(answers.map(({ done }) => done.usage.outputTokens)).toEqual([400, 400]);
    while (before?.pid() !== null) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask(chat, talk("four", 5))).text).toBe("new words");
  });
});
