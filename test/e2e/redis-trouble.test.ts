import { afterEach, describe, expect, it } from "vitest";
import { folderWithoutSamples, jsonLines, runCommand } from "../support/cli.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { startTcpProxy } from "../support/redis-proxy.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { directoryWithMiller } from "../support/split-roles.ts";

const PATIENCE_MS = 30_000;

async function readiness(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
}

function ask(dataDir: string, redisUrl: string) {
  return runCommand(["ask", "What is the miller of the old mill called?", "--json"], {
    dataDir,
    env: { REDIS_URL: redisUrl, FRONTDESK_EMBED_MODEL: "off" },
  });
}

describe("frontdesk start when Redis is in trouble", () => {
  const closers: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const redis = async (options?: Parameters<typeof startRedis>[0]): Promise<RedisServer> => {
    const server = await startRedis(options);
    closers.push(() => server.stop());
    return server;
  };
  const start = async (dataDir: string, redisUrl: string): Promise<StartedFrontdesk> => {
    const frontdesk = await startFrontdeskProcess({ dataDir, env: { REDIS_URL: redisUrl } });
    closers.push(() => frontdesk.kill());
    return frontdesk;
  };

  it("waits for a Redis that is down, says so, and works when it comes", async () => {
    const server = await redis();
    const dataDir = await directoryWithMiller();
    await server.kill9();
    const frontdesk = await start(dataDir, server.url);

    const before = await readiness(frontdesk.url);
    const refused = await ask(dataDir, server.url);
    await server.restart();
    await eventually(
      "readiness",
      async () => (await readiness(frontdesk.url)).status === 200,
      PATIENCE_MS,
    );
    const answered = await ask(dataDir, server.url);

    expect(frontdesk.command.stderr()).toMatch(/waiting for Conversations \(Redis\)/u);
    expect(before.status).toBe(503);
    expect(before.text).toContain("Redis cannot be reached");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Redis cannot be reached");
    expect(jsonLines(answered.stdout)[0]?.["text"]).toContain("Odalys");
    expect(await frontdesk.stop()).toBe(0);
  });

  it("is not ready while Redis is killed, takes nothing in, and goes on by itself", async () => {
    const server = await redis({ appendOnly: "always" });
    const dataDir = await directoryWithMiller();
    const frontdesk = await start(dataDir, server.url);
    const first = await ask(dataDir, server.url);
    await server.kill9();

    await eventually(
      "unreadiness",
      async () => (await readiness(frontdesk.url)).status === 503,
      PATIENCE_MS,
    );
    const refused = await ask(dataDir, server.url);
    const live = await fetch(`${frontdesk.url}/healthz`);
    const metrics = await fetch(`${frontdesk.url}/metrics`);
    await server.restart();
    await eventually(
      "readiness",
      async () => (await readiness(frontdesk.url)).status === 200,
      PATIENCE_MS,
    );
    const second = await ask(dataDir, server.url);

    expect(jsonLines(first.stdout)[0]?.["decision"]).toBe("answer");
    expect(refused.code).toBe(1);
    expect([live.status, metrics.status]).toEqual([200, 200]);
    expect(jsonLines(second.stdout)[0]?.["decision"]).toBe("answer");
    expect(await frontdesk.stop()).toBe(0);
  });

  it("refuses a Redis that may throw conversations away, and doctor says so too", async () => {
    const server = await redis({ policy: "allkeys-lru" });
    const options = { dataDir: folderWithoutSamples(), env: { REDIS_URL: server.url } };

    const started = await runCommand(["start"], options);
    const doctor = await runCommand(["doctor"], options);

    expect(started.code).toBe(2);
    expect(started.stderr).toContain("maxmemory-policy is allkeys-lru");
    expect(started.stderr).toContain("CONFIG SET maxmemory-policy noeviction");
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(
      /✗ Redis +is not fit to hold conversations\n.*maxmemory-policy is allkeys-lru/u,
    );
  });

  it("is not ready while Redis is full, and works again when there is room", async () => {
    const server = await redis();
    const dataDir = await directoryWithMiller();
    const frontdesk = await start(dataDir, server.url);
    await server.command("CONFIG", "SET", "maxmemory", "1mb");

    const full = await readiness(frontdesk.url);
    const refused = await ask(dataDir, server.url);
    await server.command("CONFIG", "SET", "maxmemory", "0");
    const again = await readiness(frontdesk.url);
    const answered = await ask(dataDir, server.url);

    expect(full.status).toBe(503);
    expect(full.text).toContain("memory is full");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("maxmemory");
    expect(again.status).toBe(200);
    expect(jsonLines(answered.stdout)[0]?.["text"]).toContain("Odalys");
  });

  it("says within two seconds that a Redis which hangs does not answer", async () => {
    const server = await redis();
    const proxy = await startTcpProxy(server.port);
    closers.push(() => proxy.stop());
    const dataDir = await directoryWithMiller();
    const frontdesk = await start(dataDir, `redis://127.0.0.1:${proxy.port}`);
    proxy.swallowReplies();

    const hanging = await readiness(frontdesk.url);
    proxy.heal();
    await eventually(
      "readiness",
      async () => (await readiness(frontdesk.url)).status === 200,
      PATIENCE_MS,
    );

    expect(hanging.status).toBe(503);
    expect(hanging.text).toContain("does not answer");
    expect(await frontdesk.stop()).toBe(0);
  });
});
