import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createSlackApi } from "../../adapters/slack/client.ts";
import { createPacing, SLACK_PACING } from "../../adapters/slack/pacing.ts";
import { createSharedRates } from "../../adapters/slack/shared-rates.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";

const answer = z.object({});

/** A Slack that takes every call and answers none. */
async function silentSlack() {
  const open = new Set<ServerResponse>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => {
    request.resume();
    open.add(response);
    response.on("close", () => {
      open.delete(response);
      changed();
    });
    changed();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const api = createSlackApi({
    token: "xoxb-test",
    apiUrl: `http://127.0.0.1:${port}/api/`,
    pacing: createPacing(SLACK_PACING),
    rates: createSharedRates({ ...SLACK_PACING, windowMs: 50 }, createMemoryBudget()),
    logger: silentLogger,
  });
  return {
    call: (signal: AbortSignal) => api.call("auth.test", {}, answer, { signal }),
    /** Resolves when so many calls are under way. */
    underWay: (count: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (open.size !== count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

describe("calls to Slack", () => {
  it("are all made at once, and none is left under way that nobody waits for any more", async () => {
    const slack = await silentSlack();
    const stop = new AbortController();

    // More than the library would make at a time: it would make the others later, whatever became of them meanwhile.
    const calls = Array.from({ length: 150 }, () => slack.call(stop.signal));
    const ended = Promise.allSettled(calls);
    await slack.underWay(150);
    stop.abort(new Error("nobody waits"));
    const outcomes = await ended;
    await slack.underWay(0);

    expect(outcomes.map(({ status }) => status)).toEqual(calls.map(() => "rejected"));
  });
});
