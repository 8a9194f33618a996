import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import type { SlackApi } from "../../../adapters/slack/client.ts";
import { createNativeStreams } from "../../../adapters/slack/native-streams.ts";
import { effectKey, FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { threadAddress } from "../../support/slack/scripted-bot.ts";

const call = { signal: new AbortController().signal };
const address = threadAddress("T1", "C1", "100.0");
const BOT = { team: "T1", userId: "UBOT", botId: "BBOT" };

interface Shown {
  readonly ts: string;
  text: string;
  readonly startedAt: number;
  stoppedAt: number | null;
}

const leaseLost = new FrontdeskError("lease_lost", "another worker may have taken over");
const lost = new FrontdeskError("delivery_uncertain", "no answer", { retryable: true });

/** Streams over a Slack that only writes down what it is asked to show, by message. */
function recorded() {
  const clock = createFakeClock(0);
  const shown = new Map<string, Shown>();
  /** Of the next call of this method Slack does not say what became of it. */
  let silentAbout: string | null = null;
  let silence = lost;
  const found = () =>
    [...shown.values()].map(({ ts, text }) => ({ ts, text, bot_id: BOT.botId, user: BOT.userId }));
  const api: SlackApi = {
    post: () => Promise.reject(new Error("streams post nothing")),
    async call(method, args, answer) {
      if (method === "conversations.replies") return answer.parse({ messages: found() });
      const ts = method === "chat.startStream" ? `${101 + shown.size}.0` : String(args["ts"]);
      const begun = { ts, text: "", startedAt: clock.now(), stoppedAt: null };
      const message = shown.get(ts) ?? begun;
      shown.set(ts, message);
      message.text += typeof args["markdown_text"] === "string" ? args["markdown_text"] : "";
      if (method === "chat.stopStream") message.stoppedAt ??= clock.now();
      if (method !== silentAbout) return answer.parse({ ts });
      silentAbout = null;
      throw silence;
    },
  };
  const memory = createRemembered(createSqliteKeyedMemory({ file: ":memory:", clock }), "slack:");
  const identity = () => Promise.resolve(BOT);
  const people = { teamOf: () => Promise.resolve(BOT.team) };
  const open = () =>
    createNativeStreams({
      api,
      memory,
      identity,
      people,
      logger: silentLogger,
      signal: call.signal,
      now: clock.now,
    });
  const streams = open();
  return {
    clock,
    open,
    begin: (text: string, by = streams) =>
      by.begin({ key: effectKey("k"), address, asker: "U1", text }, call),
    grow: (first: string, text: string) => streams.grow(first, text, call),
    end: (first: string) => streams.end(first, address, call),
    loseAnswerTo: (method: string, error = lost) => {
      silentAbout = method;
      silence = error;
    },
    shown: () => [...shown.values()],
  };
}

describe("a stream that is open for long", () => {
  it("is ended before four minutes and goes on in another one, with code closed and opened again", async () => {
    const { clock, begin, grow, end, shown } = recorded();
    let text = "Look:\n\n```ts\n";
    const first = await begin(text);
    if (first === null) throw new Error("no stream began");

    const taken: boolean[] = [];
    for (let second = 1; second <= 600; second += 1) {
      clock.advance(1_000);
      text += `const v${second} = ${second};\n`;
      // Little text, so that it is age alone that ends a stream.
      taken.push(await grow(first, text));
    }
    const ended = await end(first);

    const all = shown();
    expect(taken.every(Boolean)).toBe(true);
    expect(ended).toEqual(["101.0", "102.0", "103.0"]);
    expect(all).toHaveLength(3);
    for (const { startedAt, stoppedAt } of all) {
      expect((stoppedAt ?? Number.POSITIVE_INFINITY) - startedAt).toBeLessThan(4 * 60_000);
    }
    for (const { text: part } of all.slice(0, -1)) expect(part).toMatch(/\n```$/u);
    for (const { text: part } of all.slice(1)) expect(part.startsWith("```ts\n")).toBe(true);
    const whole = all.map((message) => message.text).join("\n");
    for (let second = 1; second <= 600; second += 1) {
      expect(whole.split(`const v${second} = `)).toHaveLength(2);
    }
  });

  it("stays one message while it is young", async () => {
    const { clock, begin, grow, shown } = recorded();
    const first = await begin("a");

    clock.advance(3 * 60_000);
    await grow(first ?? "", "ab");

    expect(shown().map(({ text }) => text)).toEqual(["ab"]);
  });

  it("is ended in time when nothing is written for long, and goes on when something is", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { clock, begin, grow, end, shown } = recorded();
    const first = (await begin("thinking")) ?? "";

    clock.advance(3.8 * 60_000);
    await vi.advanceTimersByTimeAsync(3.8 * 60_000);
    const paused = shown().map(({ stoppedAt }) => stoppedAt);
    clock.advance(30 * 60_000);
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    const still = shown().length;
    const wasTaken = await grow(first, "thinking aloud");

    expect(paused).toEqual([3.8 * 60_000]);
    expect(still).toBe(1);
    expect(wasTaken).toBe(true);
    expect(shown().map(({ text }) => text)).toEqual(["thinking", " aloud"]);
    expect(await end(first)).toEqual(["101.0", "102.0"]);
  });
});

describe("a stream of which Slack does not say what became", () => {
  it("is found when it was begun, ended, and left to edits: nothing stands there twice", async () => {
    const { begin, grow, loseAnswerTo, shown } = recorded();
    loseAnswerTo("chat.startStream");

    await expect(begin("a")).rejects.toBe(lost);
    const found = await begin("ab");
    const wasTaken = await grow(found ?? "", "abc");

    expect(found).toBe("101.0");
    expect(wasTaken).toBe(false);
    expect(shown().map(({ text, stoppedAt }) => [text, stoppedAt])).toEqual([["a", 0]]);
  });

  it("is found by the next process when its own died before anybody was told of it", async () => {
    const { begin, open, shown } = recorded();

    const first = await begin("a");
    const found = await begin("ab", open());

    expect(found).toBe(first);
    expect(shown()).toHaveLength(1);
  });

  it("is found by the next process as well", async () => {
    const { begin, open, loseAnswerTo, shown } = recorded();
    loseAnswerTo("chat.startStream");

    await expect(begin("a")).rejects.toBe(lost);
    const found = await begin("ab", open());

    expect(found).toBe("101.0");
    expect(shown()).toHaveLength(1);
  });

  it("is found by the next process when the lease was lost in the middle of the call", async () => {
    const { begin, open, loseAnswerTo, shown } = recorded();
    loseAnswerTo("chat.startStream", leaseLost);

    await expect(begin("a")).rejects.toBe(leaseLost);
    const found = await begin("ab", open());

    expect(found).toBe("101.0");
    expect(shown()).toHaveLength(1);
  });

  it("is left to edits when the lease was lost while it grew", async () => {
    const { begin, grow, loseAnswerTo } = recorded();
    const first = (await begin("a")) ?? "";
    loseAnswerTo("chat.appendStream", leaseLost);

    expect(await grow(first, "ab")).toBe(false);
  });

  it("is found when it was to go on in another message", async () => {
    const { clock, begin, grow, end, loseAnswerTo, shown } = recorded();
    const first = (await begin("a")) ?? "";
    clock.advance(3.8 * 60_000);
    loseAnswerTo("chat.startStream");

    await expect(grow(first, "ab")).rejects.toBe(lost);
    const wasTaken = await grow(first, "ab");

    expect(wasTaken).toBe(true);
    expect(shown().map(({ text }) => text)).toEqual(["a", "b"]);
    expect(await end(first)).toEqual(["101.0", "102.0"]);
  });

  it("is left to edits when nobody knows how much it shows", async () => {
    const { begin, grow, loseAnswerTo } = recorded();
    const first = (await begin("a")) ?? "";
    loseAnswerTo("chat.appendStream");

    expect(await grow(first, "ab")).toBe(false);
  });
});
