import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../src/package-root.ts";
import { folderWithoutSamples, freshFolder, jsonLines, runCommand } from "../support/cli.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { freePort, type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import { folderWith } from "../support/slack/frontdesk-process.ts";
import type { SlackEmulator } from "../support/slack/index.ts";

const KEY = "a-long-random-word";
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

const services = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        entrypoint: z.array(z.string()).default([]),
        command: z.array(z.string()).default([]),
        healthcheck: z.object({ test: z.array(z.string()) }).optional(),
      }),
    ),
  })
  .parse(
    parse(readFileSync(join(packageRoot, "docker-compose.yml"), "utf8"), { merge: true }),
  ).services;

/** The command that docker-compose.yml gives a service, without the program. */
function argumentsOf(service: string, program = "start"): readonly string[] {
  const [start, ...rest] = services[service]?.command ?? [];
  if (start !== program) throw new Error(`${service} does not run ${program}`);
  return rest;
}

describe("redis, bot, worker and knowledge base as docker-compose.yml starts them", () => {
  let slack: SlackEmulator;
  let redis: RedisServer;
  let knowledge: StartedFrontdesk;
  let shared: Readonly<Record<string, string>>;
  const running: StartedFrontdesk[] = [];

  const start = async (
    service: string,
    dataDir: string,
    env: Readonly<Record<string, string>>,
  ): Promise<StartedFrontdesk> => {
    const one = await startFrontdeskProcess({ dataDir, args: argumentsOf(service), env });
    running.push(one);
    return one;
  };

  beforeAll(async () => {
    slack = await startSlackFor({ limits: { postIntervalMs: 1, ackMs: 60_000 } });
    redis = await startRedis({ args: argumentsOf("redis", "redis-server") });
    const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
    knowledge = await start("knowledge", dataDir, { FRONTDESK_KNOWLEDGE_API_KEY: KEY });
    shared = {
      REDIS_URL: redis.url,
      KNOWLEDGE_URL: knowledge.url,
      FRONTDESK_KNOWLEDGE_API_KEY: KEY,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    };
    await start("worker", folderWithoutSamples(), shared);
    const before = slack.callsOf("users.list").length;
    await start("bot", folderWithoutSamples(), shared);
    await slack.until(() => slack.callsOf("users.list").length > before, "the bot listens");
  });
  afterAll(async () => {
    for (const one of running) await one.kill();
    await redis.stop();
    await slack.close();
  });

  it("answers in Slack from the documents of the knowledge server", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await slack.until(() =>
      slack.messages(help, asked.ts).find(({ isBot, text }) => isBot && text.includes("by hand")),
    );

    expect(answer.text).toContain("every evening at dusk");
  });

  it("takes and finds documents over the REST API of the knowledge server, with its key", async () => {
    const ask = async (method: string, path: string, key: string, body: string) => {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": method === "PUT" ? "text/markdown" : "application/json",
      };
      const response = await fetch(`${knowledge.url}/api/v1${path}`, { method, headers, body });
      return { status: response.status, text: await response.text() };
    };
    const document = "# Foghorn\n\nThe foghorn sounds twice a minute.\n";
    const path = "/documents/coast/foghorn.md?visibility=public";
    const query = JSON.stringify({ query: "How often does the foghorn sound?" });

    const refused = await ask("PUT", path, "another key", document);
    const taken = await ask("PUT", path, KEY, document);
    const found = await ask("POST", "/search", KEY, query);

    expect([refused.status, taken.status, found.status]).toEqual([401, 200, 200]);
    expect(found.text).toContain("The foghorn sounds twice a minute.");
  });

  it("keeps conversations in a Redis that writes them down and throws none away", async () => {
    const setting = (name: string): Promise<string> => redis.command("CONFIG", "GET", name);

    expect(await setting("appendonly")).toBe("appendonly,yes");
    expect(await setting("appendfsync")).toBe("appendfsync,everysec");
    expect(await setting("maxmemory-policy")).toBe("maxmemory-policy,noeviction");
    expect(Number(await redis.command("DBSIZE"))).toBeGreaterThan(0);
  });

  it("says so when the knowledge server is away: in words, and with 503", async () => {
    await knowledge.stop();
    const dataDir = folderWithoutSamples();
    const { KNOWLEDGE_URL = "" } = shared;
    const env = { KNOWLEDGE_URL, FRONTDESK_KNOWLEDGE_API_KEY: KEY };

    const bot = running.at(-1);
    const ready = await fetch(`${bot?.url}/readyz`);
    const asked = await runCommand(["ask", "How is the lamp lit?", "--json"], { dataDir, env });

    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain("The knowledge server");
    expect(asked.code).toBe(0);
    expect(jsonLines(asked.stdout)[0]?.["text"]).toMatch(/cannot reach the documents/u);
  });
});

it("chroma as docker-compose.yml starts it is healthy as it finds out", async () => {
  const { entrypoint, command, healthcheck } = services["chroma"] ?? {};
  const port = String(await freePort());
  const folder = freshFolder();
  const native = (words: readonly string[] = []): readonly string[] =>
    words.map((word) =>
      word
        .replace(/^\/app\//u, `${packageRoot}/`)
        .replace(/^\/data$/u, folder)
        .replace("0.0.0.0", "127.0.0.1")
        .replace("8000", port),
    );
  const run = (words: readonly string[]): ChildProcess => {
    expect(words[0]).toBe("node");
    return spawn(process.execPath, words.slice(1), { stdio: "ignore", env: { HOME: "/nowhere" } });
  };
  const chroma = run([...native(entrypoint), ...native(command)]);
  onTestFinished(() => void chroma.kill("SIGKILL"));

  await eventually("chroma to be healthy", async () => {
    const check = run(native(healthcheck?.test.slice(1)));
    await once(check, "exit");
    return check.exitCode === 0;
  });
  chroma.kill("SIGTERM");
  await once(chroma, "exit");
}, 60_000);

it("gives its documents to nobody without a key, unless only this machine can ask", async () => {
  const { code, stderr } = await runCommand(["start", "--role", "knowledge"], {
    dataDir: folderWithoutSamples(),
    env: { FRONTDESK_HTTP_HOST: "0.0.0.0" },
  });

  expect(code).toBe(2);
  expect(stderr).toContain("FRONTDESK_KNOWLEDGE_API_KEY");
});
