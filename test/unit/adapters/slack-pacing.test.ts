import { describe, expect, it } from "vitest";
import { createPacing, SLACK_PACING } from "../../../adapters/slack/pacing.ts";

const { signal } = new AbortController();

function clock() {
  let at = 0;
  return {
    now: () => at,
    pass(ms: number) {
      at += ms;
    },
  };
}

describe("pacing", () => {
  it("lets one post of a channel go at a time, and channels side by side", async () => {
    const pacing = createPacing({ ...SLACK_PACING, postIntervalMs: 5 });
    const log: string[] = [];
    const send = (name: string) => async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
    };

    await Promise.all(
      ["a", "b", "c"].map((key) => pacing.post({ channel: "C1", key, signal }, send(key))),
    );

    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("tells who has to wait long when to come again, and keeps his place", async () => {
    const time = clock();
    const pacing = createPacing(SLACK_PACING, time.now);
    const sent: string[] = [];
    const post = (key: string) =>
      pacing.post({ channel: "C1", key, signal }, () => Promise.resolve(void sent.push(key)));
    pacing.pause("C1", 10_000);

    await expect(post("first")).rejects.toMatchObject({
      code: "rate_limited",
      retryAfterMs: 10_000,
    });
    await expect(post("second")).rejects.toMatchObject({ retryAfterMs: 11_000 });
    await expect(post("third")).rejects.toMatchObject({ retryAfterMs: 12_000 });
    await pacing.post({ channel: "C2", key: "x", signal }, () => Promise.resolve());
    time.pass(10_000);
    await post("first");
    time.pass(1_000);
    await post("second");

    expect(sent).toEqual(["first", "second"]);
  });

  it("passes on what a post throws, and lets the next one go", async () => {
    const pacing = createPacing({ ...SLACK_PACING, postIntervalMs: 1 });

    const failing = pacing.post({ channel: "C1", key: "a", signal }, () =>
      Promise.reject(new Error("lost")),
    );

    await expect(failing).rejects.toThrow("lost");
    await expect(
      pacing.post({ channel: "C1", key: "b", signal }, () => Promise.resolve("sent")),
    ).resolves.toBe("sent");
  });

  it("leaves a waiting post that is no longer wanted", async () => {
    const pacing = createPacing({ ...SLACK_PACING, postIntervalMs: 1_000 });
    const stop = new AbortController();
    await pacing.post({ channel: "C1", key: "a", signal }, () => Promise.resolve());

    const waiting = pacing.post({ channel: "C1", key: "b", signal: stop.signal }, () =>
      Promise.resolve(),
    );
    stop.abort(new Error("drained"));

    await expect(waiting).rejects.toThrow("drained");
  });
});
