import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisBudget } from "../../src/runtime/redis.ts";
import { redisLinks } from "../support/redis-link.ts";
import { startTcpProxy } from "../support/redis-proxy.ts";
import { startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";

const LIMIT = { points: 2, windowMs: 60_000 };

describe("shared budgets when Redis is in trouble", () => {
  const closers: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const start = async () => {
    const server = await startRedis();
    const proxy = await startTcpProxy(server.port);
    const links = redisLinks(`redis://127.0.0.1:${proxy.port}`);
    closers.push(server.stop, proxy.stop, links.close);
    const open = async () =>
      createRedisBudget({ connection: await links.open(), logger: silentLogger });
    return { server, proxy, one: await open(), other: await open() };
  };

  it("counts in each process while Redis is down, and together again afterwards", async () => {
    const { server, one, other } = await start();
    await one.take("bucket", LIMIT, 2);
    await server.kill9();

    const down = [
      await one.take("bucket", LIMIT, 2),
      await other.take("bucket", LIMIT, 2),
      await other.take("bucket", LIMIT),
    ];
    await server.restart();
    await one.take("shared", LIMIT);
    const isShared = async (): Promise<boolean> => {
      const name = `shared:${Math.random()}`;
      await one.take(name, LIMIT, 2);
      return (await other.take(name, LIMIT)).waitMs > 0;
    };

    expect(down.map(({ waitMs }) => waitMs > 0)).toEqual([false, false, true]);
    expect(await eventually("shared counting", isShared)).toBe(true);
  });

  it("waits for no answer that does not come", async () => {
    const { proxy, one } = await start();
    proxy.swallowReplies();

    const answers = [await one.take("bucket", LIMIT, 2), await one.take("bucket", LIMIT)];

    expect(answers.map(({ waitMs }) => waitMs > 0)).toEqual([false, true]);
    expect(answers.map(({ isFirstRefusal }) => isFirstRefusal)).toEqual([false, true]);
  });
});
