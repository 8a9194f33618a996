import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../src/package-root.ts";
import { folderWithoutSamples, jsonLines, runCommand } from "../support/cli.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import { folderWith } from "../support/slack/frontdesk-process.ts";
import type { SlackEmulator } from "../support/slack/index.ts";

const KEY = "a-long-random-word";
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

/** The command that docker-compose.yml gives a service, without the first word. */
function argumentsOf(service: string): readonly string[] {
  const file = readFileSync(join(packageRoot, "docker-compose.yml"), "utf8");
  const shape = z.object({ services: z.record(z.string(), z.unknown()) });
  const found = shape.parse(parse(file, { merge: true })).services[service];
  const [start, ...rest] = z.object({ command: z.array(z.string()) }).parse(found).command;
  if (start !== "start") throw new Error(`${service} does not start`);
  return rest;
}

describe("bot, worker and knowledge base as docker-compose.yml starts them", () => {
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
    redis = await startRedis({ appendOnly: "everysec" });
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

it("gives its documents to nobody without a key, unless only this machine can ask", async () => {
  const { code, stderr } = await runCommand(["start", "--role", "knowledge"], {
    dataDir: folderWithoutSamples(),
    env: { FRONTDESK_HTTP_HOST: "0.0.0.0" },
  });

  expect(code).toBe(2);
  expect(stderr).toContain("FRONTDESK_KNOWLEDGE_API_KEY");
});
