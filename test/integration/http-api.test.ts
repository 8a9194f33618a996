import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Application } from "../../src/ports/application.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createDeadLetterOffice } from "../../src/runtime/index.ts";
import { createMetrics, type Listening, listenOnPort } from "../../src/server/index.ts";
import { createFakeApplication } from "../support/fake-application.ts";
import { createMemoryChannel, type MemoryChannel } from "../support/memory-channel.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createRuntimeWorld, type RuntimeWorld } from "../support/runtime-world.ts";

const KEY = "a-long-random-word";
const lettersSchema = z.object({
  deadLetters: z.array(
    z.object({
      key: z.string(),
      type: z.string(),
      reason: z.string(),
      instance: z.object({ kind: z.string(), id: z.string() }),
      at: z.number(),
    }),
  ),
});
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

let http: Listening;

async function listen(app: Application, apiKey: string | null): Promise<void> {
  http = await listenOnPort(app, {
    host: "127.0.0.1",
    port: 0,
    logger: silentLogger,
    metrics: createMetrics(),
    apiKey,
  });
}

function ask(
  path: string,
  options: { readonly key?: string; readonly body?: unknown } = {},
): Promise<Response> {
  const { key = KEY, body } = options;
  return fetch(`${http.address}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function errorOf(response: Response): Promise<{ code: string; message: string }> {
  return errorSchema.parse(await response.json()).error;
}

afterEach(async () => {
  await http.close();
});

describe("the key of the HTTP API", () => {
  test("without one configured the API is closed and says how to open it, while health and metrics are open", async () => {
    await listen(createFakeApplication(), null);

    const closed = await ask("/api/v1/dead-letters");

    expect(closed.status).toBe(403);
    expect((await errorOf(closed)).message).toMatch(/FRONTDESK_HTTP_API_KEY/u);
    for (const path of ["/healthz", "/readyz", "/metrics"]) {
      expect((await ask(path, { key: "" })).status).toBe(200);
    }
  });

  test.each([
    ["no key", ""],
    ["a wrong key", "another-random-word"],
    ["the beginning of the key", KEY.slice(0, -1)],
    ["more than the key", `${KEY}x`],
  ])("%s is refused with 401, and nothing is done", async (_name, key) => {
    const app = createFakeApplication();
    await listen(app, KEY);

    const answers = [
      await ask("/api/v1/dead-letters", { key }),
      await ask("/api/v1/dead-letters/drop", { key, body: { key: "k" } }),
    ];

    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await errorOf(answer)).toMatchObject({ code: "unauthorized" });
    }
    expect(app.letterActs).toEqual([]);
  });

  test("a body that makes no sense is refused with what is wrong in it", async () => {
    await listen(createFakeApplication(), KEY);

    const answer = await ask("/api/v1/dead-letters/retry", { body: { name: "x" } });

    expect(answer.status).toBe(400);
    expect(await errorOf(answer)).toMatchObject({ code: "usage" });
    const broken = await fetch(`${http.address}/api/v1/dead-letters/retry`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: "{ no json",
    });
    expect(broken.status).toBe(400);
  });
});

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

describe.each(["SQLite", "Redis"])("dead letters over HTTP, on %s", (storeName) => {
  let world: RuntimeWorld;
  let channel: MemoryChannel;
  /** How often the letters of all conversations were read. */
  let lists: number;

  beforeEach(async () => {
    const given = storeName === "Redis" ? (await redisStoreFixture(redis.url)).store : undefined;
    world = await createRuntimeWorld(systemClock, given);
    channel = createMemoryChannel();
    channel.fail("post", { type: "rejected" });
    await world.startWorker({ channels: [channel] });
    const office = createDeadLetterOffice(world.store);
    lists = 0;
    await listen(
      {
        ...createFakeApplication(),
        deadLetters: () => {
          lists += 1;
          return office.list({ limit: 100 });
        },
        resolveDeadLetter: (letter, act) => office.resolve(letter, act),
      },
      KEY,
    );
  });

  afterEach(async () => {
    await world.dispose();
  });

  async function letters(): Promise<z.infer<typeof lettersSchema>["deadLetters"]> {
    const answer = await ask("/api/v1/dead-letters");
    expect(answer.status).toBe(200);
    return lettersSchema.parse(await answer.json()).deadLetters;
  }

  test("a refused reply is shown, retried and gone, and its conversation was never blocked", async () => {
    await world.say("c", "one");
    const [letter] = await eventually("the letter", async () => {
      const all = await letters();
      return all.length > 0 ? all : null;
    });
    await world.say("c", "two");
    await eventually("the next reply", () => channel.texts().length === 1);

    const answer = await ask("/api/v1/dead-letters/retry", { body: { key: letter?.key } });

    expect(answer.status).toBe(202);
    expect(letter).toMatchObject({
      type: "reply.post",
      instance: { kind: "dialogue", id: "console:c" },
    });
    expect(letter?.reason).toMatch(/delivery_rejected/u);
    await eventually("the reply", () => channel.texts().length === 2);
    await world.settled();
    expect(channel.texts()).toEqual(["answer to: two", "answer to: one"]);
    expect(await letters()).toEqual([]);
    const again = await ask("/api/v1/dead-letters/retry", { body: { key: letter?.key } });
    expect(again.status).toBe(404);
    expect(await errorOf(again)).toMatchObject({ code: "letter_not_found" });
  });

  test.each([
    ["an ordinary name is found", "c#1/2", 0],
    ["a very long name is looked for among all", "c".repeat(450), 1],
  ])("the letter of a conversation with %s", async (_, name, looks) => {
    await world.say(name, "one");
    const [letter] = await eventually("the letter", async () => {
      const all = await letters();
      return all.length > 0 ? all : null;
    });
    const before = lists;

    const answer = await ask("/api/v1/dead-letters/retry", { body: { key: letter?.key } });

    expect(answer.status).toBe(202);
    expect(lists - before).toBe(looks);
    await eventually("the reply", () => channel.texts(name).length === 1);
    await world.settled();
  });

  test("a dropped one is gone and never sent", async () => {
    await world.say("c", "one");
    const [letter] = await eventually("the letter", async () => {
      const all = await letters();
      return all.length > 0 ? all : null;
    });

    const answer = await ask("/api/v1/dead-letters/drop", { body: { key: letter?.key } });

    expect(answer.status).toBe(202);
    await eventually("no letter", async () => (await letters()).length === 0);
    await world.settled();
    expect(channel.texts()).toEqual([]);
  });
});
