import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { folderWithoutSamples, jsonLines, runCommand, startCommand } from "../support/cli.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { startTcpProxy, type TcpProxy } from "../support/redis-proxy.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { directoryWithMiller } from "../support/split-roles.ts";

const PATIENCE_MS = 30_000;

describe("frontdesk start while Redis takes connections and never answers", () => {
  let server: RedisServer;
  let proxy: TcpProxy;

  beforeAll(async () => {
    server = await startRedis({ appendOnly: "always" });
    proxy = await startTcpProxy(server.port);
  });

  beforeEach(() => {
    proxy.swallowReplies();
  });

  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  const options = () => ({
    dataDir: folderWithoutSamples(),
    env: { FRONTDESK_EMBED_MODEL: "off", REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
  });

  it("ends with 0 when it is told to in the middle of its start", async () => {
    const before = proxy.swallowed();
    const start = startCommand(["start"], options());
    await eventually("a word to Redis", () => proxy.swallowed() > before, PATIENCE_MS);

    start.child.kill("SIGTERM");
    const { code, signal } = await start.result;

    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });

  it("lives and says why it is not ready, and is ready when Redis answers again", async () => {
    const frontdesk = await startFrontdeskProcess(options());
    const probe = (path: string): Promise<Response> => fetch(`${frontdesk.url}${path}`);

    const [health, ready] = await Promise.all([probe("/healthz"), probe("/readyz")]);
    const reason = await ready.text();
    proxy.heal();
    const isReady = async (): Promise<boolean> => (await probe("/readyz")).status === 200;
    await eventually("readiness", isReady, PATIENCE_MS);

    expect([health.status, ready.status]).toEqual([200, 503]);
    expect(reason).toMatch(/Conversations \(Redis\).*(?:does not answer|cannot be reached)/u);
    expect(await frontdesk.stop()).toBe(0);
  });
});

// One process goes through one trouble after the other, as it would in a bad week.
describe("frontdesk start when Redis is in trouble", () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let dataDir: string;
  let frontdesk: StartedFrontdesk;
  let redisUrl: string;

  beforeAll(async () => {
    [server, dataDir] = await Promise.all([
      startRedis({ appendOnly: "always" }),
      directoryWithMiller(),
    ]);
    proxy = await startTcpProxy(server.port);
    redisUrl = `redis://127.0.0.1:${proxy.port}`;
    await server.kill9();
    frontdesk = await startFrontdeskProcess({ dataDir, env: { REDIS_URL: redisUrl } });
  });

  afterAll(async () => {
    await frontdesk.kill();
    await proxy.stop();
    await server.stop();
  });

  const readiness = async (): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`${frontdesk.url}/readyz`);
    return { status: response.status, text: await response.text() };
  };
  const untilReadiness = (status: number): Promise<boolean> =>
    eventually(
      `readiness ${status}`,
      async () => (await readiness()).status === status,
      PATIENCE_MS,
    );
  const ask = () =>
    runCommand(["ask", "What is the miller of the old mill called?", "--json"], {
      dataDir,
      env: { REDIS_URL: redisUrl, FRONTDESK_EMBED_MODEL: "off" },
    });
  const expectAnswer = async (): Promise<void> => {
    const [answer] = jsonLines((await ask()).stdout);
    expect(answer).toMatchObject({ decision: "answer" });
    expect(answer?.["text"]).toContain("Odalys");
  };

  it("waits for a Redis that is down, says so, and works when it comes", async () => {
    const before = await readiness();
    const refused = await ask();
    await server.restart();
    await untilReadiness(200);

    expect(frontdesk.command.stderr()).toMatch(/waiting for Conversations \(Redis\)/u);
    expect(before.status).toBe(503);
    expect(before.text).toContain("Redis cannot be reached");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Redis cannot be reached");
    await expectAnswer();
  });

  it("is not ready while Redis is killed, takes nothing in, and goes on by itself", async () => {
    await server.kill9();
    await untilReadiness(503);

    const refused = await ask();
    const live = await fetch(`${frontdesk.url}/healthz`);
    const metrics = await fetch(`${frontdesk.url}/metrics`);
    await server.restart();
    await untilReadiness(200);

    expect(refused.code).toBe(1);
    expect([live.status, metrics.status]).toEqual([200, 200]);
    await expectAnswer();
  });

  it("is not ready while Redis is full, and works again when there is room", async () => {
    await server.command("CONFIG", "SET", "maxmemory", "1mb");
    // A look at Redis that began before is answered to all who ask meanwhile.
    await untilReadiness(503);

    const full = await readiness();
    const metrics = await (await fetch(`${frontdesk.url}/metrics`)).text();
    const refused = await ask();
    await server.command("CONFIG", "SET", "maxmemory", "0");
    await untilReadiness(200);

    expect(full.status).toBe(503);
    expect(full.text).toContain("memory is full");
    expect(metrics).toMatch(/^frontdesk_store_up 0$/mu);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("maxmemory");
    await expectAnswer();
  });

  it("says within two seconds that a Redis which hangs does not answer", async () => {
    proxy.swallowReplies();

    const hanging = await readiness();
    proxy.heal();
    await untilReadiness(200);

    expect(hanging.status).toBe(503);
    expect(hanging.text).toContain("does not answer");
  });

  it("ends in good order although Redis does not answer", async () => {
    proxy.swallowReplies();

    expect(await frontdesk.stop()).toBe(0);
  });
});

it("frontdesk start refuses a Redis that may throw conversations away, and doctor says so too", async () => {
  const server = await startRedis({ policy: "allkeys-lru" });
  const options = { dataDir: folderWithoutSamples(), env: { REDIS_URL: server.url } };

  const started = await runCommand(["start"], options);
  const doctor = await runCommand(["doctor"], options);
  await server.stop();

  expect(started.code).toBe(2);
  expect(started.stderr).toContain("maxmemory-policy is allkeys-lru");
  expect(started.stderr).toContain("CONFIG SET maxmemory-policy noeviction");
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(
    /✗ Redis +is not fit to hold conversations\n.*maxmemory-policy is allkeys-lru/u,
  );
});
