import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FrontdeskError } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { SwapAct, SwapStatus } from "../../src/ports/model-swap.ts";
import { createMetrics, type Listening, listenOnPort } from "../../src/server/index.ts";
import { createFakeApplication } from "../support/fake-application.ts";

const KEY = "a-long-random-word";
const STATUS: SwapStatus = {
  current: {
    model: "old",
    state: "ready",
    figures: { answers: 3, failures: 0, firstTokenMs: null, msPerToken: null },
  },
  candidate: null,
  last: null,
};

let http: Listening;
const acts: (SwapAct | null)[] = [];

beforeAll(async () => {
  const app = createFakeApplication({
    swap: (act) => {
      acts.push(act);
      if (act?.type !== "finish") return STATUS;
      throw new FrontdeskError("usage", "No other chat model is being tried.");
    },
  });
  http = await listenOnPort(app, {
    host: "127.0.0.1",
    port: 0,
    logger: silentLogger,
    metrics: createMetrics(),
    apiKey: KEY,
  });
});
afterAll(() => http.close());

async function call(body: object | null, key = KEY): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return await fetch(`${http.address}/api/v1/models/chat`, {
    headers,
    ...(body === null ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
}

describe("the chat model over HTTP", () => {
  test("is shown", async () => {
    const response = await call(null);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(STATUS);
    expect(acts.at(-1)).toBeNull();
  });

  test("is replaced, with a tenth of the conversations where no share is given", async () => {
    const response = await call({ type: "begin", model: "new" });

    expect(response.status).toBe(202);
    expect(acts.at(-1)).toEqual({ type: "begin", model: "new", sharePercent: 10 });
  });

  test("refuses what is not its time, what it does not know, and who has no key", async () => {
    const statuses = [
      (await call({ type: "finish" })).status,
      (await call({ type: "share", sharePercent: 101 })).status,
      (await call({ type: "explode" })).status,
      (await call(null, "wrong")).status,
    ];

    expect(statuses).toEqual([400, 400, 400, 401]);
  });
});
