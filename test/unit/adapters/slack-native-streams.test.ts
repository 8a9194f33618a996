import { describe, expect, it } from "vitest";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import type { SlackApi } from "../../../adapters/slack/client.ts";
import { createNativeStreams } from "../../../adapters/slack/native-streams.ts";
import { createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { threadAddress } from "../../support/slack/scripted-bot.ts";

const call = { signal: new AbortController().signal };
const address = threadAddress("T1", "C1", "100.0");

/** Streams over a Slack that only writes down what it is asked to show, by message. */
function recorded() {
  const clock = createFakeClock(0);
  const shown = new Map<string, { text: string; startedAt: number; stoppedAt: number | null }>();
  const api: SlackApi = {
    post: () => Promise.reject(new Error("streams post nothing")),
    async call(method, args, answer) {
      const ts = method === "chat.startStream" ? `${shown.size + 1}.0` : String(args["ts"]);
      const message = shown.get(ts) ?? { text: "", startedAt: clock.now(), stoppedAt: null };
      shown.set(ts, message);
      message.text += typeof args["markdown_text"] === "string" ? args["markdown_text"] : "";
      if (method === "chat.stopStream") message.stoppedAt = clock.now();
      return answer.parse({ ts });
    },
  };
  const memory = createRemembered(createSqliteKeyedMemory({ file: ":memory:", clock }), "slack:");
  const team = () => Promise.resolve("T1");
  const streams = createNativeStreams({ api, memory, team, now: clock.now });
  return { clock, streams, shown: () => [...shown.values()] };
}

describe("a stream that is open for long", () => {
  it("is ended before four minutes and goes on in another one, with code closed and opened again", async () => {
    const { clock, streams, shown } = recorded();
    let text = "Look:\n\n```ts\n";
    const first = await streams.begin(address, "U1", text, call);
    if (first === null) throw new Error("no stream began");

    const taken: boolean[] = [];
    for (let second = 1; second <= 600; second += 1) {
      clock.advance(1_000);
      text += `const v${second} = ${second};\n`;
      // Little text, so that it is age alone that ends a stream.
      taken.push(await streams.grow(first, address, text, call));
    }
    const ended = await streams.end(first, address, call);

    const all = shown();
    expect(taken.every(Boolean)).toBe(true);
    expect(ended).toEqual(["1.0", "2.0", "3.0"]);
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
    const { clock, streams, shown } = recorded();
    const first = await streams.begin(address, "U1", "a", call);

    clock.advance(3 * 60_000);
    await streams.grow(first ?? "", address, "ab", call);

    expect(shown().map(({ text }) => text)).toEqual(["ab"]);
  });
});
