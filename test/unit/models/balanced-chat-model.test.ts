import { describe, expect, it } from "vitest";
import {
  createBalancedChatModel,
  createFallbackChatModel,
  type Upstream,
} from "../../../models/index.ts";
import { rankUpstreams } from "../../../models/remote/rank-upstreams.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ChatModel, ChatRequest, ModelStatus } from "../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { manualTimers } from "./manual-timers.ts";

type Mood = "well" | "down" | "half" | "strict" | "picky";

interface Server extends Upstream {
  mood: Mood;
  /** What it says of itself. */
  state: ModelStatus["state"];
  asked: number;
  probed: number;
}

function server(key: string, changes: Partial<Pick<Server, "weight" | "isBackup">> = {}): Server {
  const made: Server = {
    key,
    weight: 1,
    isBackup: false,
    ...changes,
    mood: "well",
    state: "ready",
    asked: 0,
    probed: 0,
    model: {
      status: () => ({ model: key, state: made.state, reason: null }),
      probe: async () => {
        made.probed += 1;
        made.state = made.mood === "down" ? "unavailable" : "ready";
        return { model: key, state: made.state, reason: null };
      },
      generate: async function* () {
        made.asked += 1;
        if (made.mood === "down") throw new FrontdeskError("model_unavailable", "down");
        if (made.mood === "strict") throw new FrontdeskError("prompt_too_long", "too long");
        if (made.mood === "picky") throw new FrontdeskError("model_refused", "not so");
        yield { type: "text", text: key };
        if (made.mood === "half") throw new FrontdeskError("model_crashed", "broke off");
        const usage = { promptTokens: 1, cachedTokens: 0, outputTokens: 1, thoughtTokens: 0 };
        yield { type: "done", stopReason: "end", usage };
      },
    },
  };
  return made;
}

function request(conversationKey: string): ChatRequest {
  return {
    messages: [],
    conversationKey,
    userKey: "ann",
    priority: "interactive",
    maxTokens: 10,
    maxThoughtTokens: 0,
    temperature: 0,
    jsonSchema: null,
  };
}

async function ask(model: ChatModel, conversationKey = "talk"): Promise<string> {
  let text = "";
  const signal = new AbortController().signal;
  for await (const event of model.generate(request(conversationKey), { signal })) {
    if (event.type === "text") text += event.text;
  }
  return text;
}

const names = Array.from({ length: 3_000 }, (_, index) => `talk ${index}`);

describe("order of servers", () => {
  it("gives each server its share of the conversations by weight", () => {
    const servers = [server("a"), server("b", { weight: 2 }), server("c", { weight: 3 })];

    const first = names.map((name) => rankUpstreams(servers, name)[0]?.key);

    const share = (key: string): number =>
      first.filter((found) => found === key).length / names.length;
    expect(share("a")).toBeCloseTo(1 / 6, 1);
    expect(share("b")).toBeCloseTo(2 / 6, 1);
    expect(share("c")).toBeCloseTo(3 / 6, 1);
  });

  it("keeps every conversation in its place when another server goes", () => {
    const servers = [server("a"), server("b"), server("c")];
    const left = servers.slice(0, 2);

    for (const name of names.slice(0, 300)) {
      const before = rankUpstreams(servers, name)[0]?.key;
      const after = rankUpstreams(left, name)[0]?.key;
      if (before !== "c") expect(after).toBe(before);
    }
  });
});

describe("a single model server", () => {
  it("is left alone before all tries are used up when each of them fails", async () => {
    const stubborn = server("a");
    const failure = new FrontdeskError("model_unavailable", "down", { retryable: true });
    let tries = 0;
    const generate: Upstream["model"]["generate"] = async function* (_, { mayRetry }) {
      yield* [];
      for (tries += 1; mayRetry?.(failure) === true; tries += 1);
      throw failure;
    };
    const upstreams = [{ ...stubborn, model: { ...stubborn.model, generate } }];
    const model = createBalancedChatModel({ upstreams, logger: silentLogger });

    await expect(ask(model)).rejects.toBe(failure);
    await expect(ask(model)).rejects.toThrow("left alone");

    expect(tries).toBe(5);
  });
});

describe("several model servers", () => {
  it("keep a conversation at one of them", async () => {
    const model = createBalancedChatModel({
      upstreams: [server("a"), server("b")],
      logger: silentLogger,
    });

    const said = [await ask(model), await ask(model), await ask(model)];

    expect(new Set(said).size).toBe(1);
  });

  it("pass a conversation on when its own is down, without the reader noticing", async () => {
    const [a, b] = [server("a"), server("b")];
    const model = createBalancedChatModel({ upstreams: [a, b], logger: silentLogger });
    a.mood = "down";

    const said = await Promise.all(names.slice(0, 20).map((name) => ask(model, name)));

    expect(new Set(said)).toEqual(new Set(["b"]));
    expect(model.status().state).toBe("ready");
  });

  it("pass on what one of them refuses, without holding it against the server", async () => {
    const [a, b] = [server("a"), server("b", { isBackup: true })];
    const model = createBalancedChatModel({ upstreams: [a, b], logger: silentLogger });
    a.mood = "picky";

    const said: string[] = [];
    for (const name of names.slice(0, 10)) said.push(await ask(model, name));

    expect(new Set(said)).toEqual(new Set(["b"]));
    expect(a.asked).toBe(10);
    expect(model.status().reason).toBeNull();
  });

  it("ask the backup only when no other can be", async () => {
    const [a, b] = [server("a"), server("b", { isBackup: true })];
    const model = createBalancedChatModel({ upstreams: [b, a], logger: silentLogger });

    await Promise.all(names.slice(0, 20).map((name) => ask(model, name)));
    expect(b.asked).toBe(0);
    a.mood = "down";

    expect(await ask(model)).toBe("b");
  });

  it("leave a server alone that fails too often, and take it back when it is well", async () => {
    const timers = manualTimers();
    const [a, b] = [server("a"), server("b", { isBackup: true })];
    const model = createBalancedChatModel({ upstreams: [a, b], logger: silentLogger, timers });
    a.mood = "down";
    for (const name of names.slice(0, 10)) await ask(model, name);
    expect(a.asked).toBe(5);
    expect(model.status().state).toBe("ready");
    expect(model.status().reason).toContain("a failed");

    timers.advance(10_000);
    await ask(model);
    expect(a).toMatchObject({ asked: 5, probed: 1 });
    a.mood = "well";
    timers.advance(20_000);
    await ask(model);
    await Promise.resolve();

    expect(await ask(model)).toBe("a");
    expect(a.probed).toBe(2);
  });

  it("are looked at again after a failure, also when nobody asks them any more", async () => {
    const timers = manualTimers();
    const [a, second] = [server("a"), server("second")];
    const servers = createBalancedChatModel({ upstreams: [a], logger: silentLogger, timers });
    const model = createFallbackChatModel([servers, second.model], silentLogger);
    if (model === null) throw new Error("there are two models");
    a.state = "unavailable";

    expect(await ask(model)).toBe("second");
    timers.advance(10_000);
    model.status();
    await Promise.resolve();

    expect(await ask(model)).toBe("a");
    expect(a.probed).toBe(1);
  });

  it("fail at once when all of them are left alone", async () => {
    const a = server("a");
    const model = createBalancedChatModel({ upstreams: [a], logger: silentLogger });
    a.mood = "down";
    for (let turn = 0; turn < 5; turn += 1) await ask(model).catch(() => {});

    await expect(ask(model)).rejects.toMatchObject({ code: "model_unavailable", retryable: true });

    expect(a.asked).toBe(5);
    expect(model.status().state).toBe("unavailable");
  });

  it("never begin again in the middle of an answer", async () => {
    const [a, b] = [server("a"), server("b", { isBackup: true })];
    const model = createBalancedChatModel({ upstreams: [a, b], logger: silentLogger });
    a.mood = "half";

    await expect(ask(model)).rejects.toMatchObject({ code: "model_crashed" });

    expect(b.asked).toBe(0);
  });

  it("do not blame a server for what is wrong with the question", async () => {
    const [a, b] = [server("a"), server("b", { isBackup: true })];
    const model = createBalancedChatModel({ upstreams: [a, b], logger: silentLogger });
    a.mood = "strict";
    for (let turn = 0; turn < 8; turn += 1) {
      await expect(ask(model)).rejects.toMatchObject({ code: "prompt_too_long" });
    }
    a.mood = "well";

    expect(await ask(model)).toBe("a");
    expect(b.asked).toBe(0);
  });
});
