import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { userId } from "../../src/core/index.ts";
import type { ConversationEvent } from "../../src/ports/message-log.ts";
import {
  folderWithoutSamples,
  jsonLines,
  jsonOf,
  runCommand,
  startCommand,
} from "../support/cli.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { type OpenAiStub, startOpenAiStub } from "../support/openai-stub.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import {
  attachTo,
  directoryWithMiller,
  questionsAt,
  saying,
  transcriptOf,
  untilAsked,
} from "../support/split-roles.ts";

const QUESTION = "What is the miller of the old mill called?";
const UNKNOWN = "How is a dragon fed?";
const PATIENCE_MS = 30_000;
const call = { signal: new AbortController().signal };

/** Lists, shows, exports and deletes what was asked, as an operator does on the bot's machine. */
async function expectKeptConversations(
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const conversations = (...args: readonly string[]) =>
    runCommand(["conversations", ...args], { dataDir, env });
  const list = async (): Promise<readonly string[]> => {
    const { stdout } = await conversations("list", "--json");
    const shape = z.array(z.object({ instance: z.object({ id: z.string() }) }));
    return shape.parse(jsonOf(stdout)).map(({ instance }) => instance.id);
  };
  const ids = await list();
  const [id = ""] = ids;

  const [shown, exported] = await Promise.all([
    conversations("show", id),
    conversations("export", id),
  ]);
  const deleted = await conversations("delete", id);

  expect(ids).toHaveLength(2);
  expect(shown.stdout).toContain("Odalys");
  expect(jsonLines(exported.stdout)).toMatchObject([
    { id, messages: [{ text: QUESTION }, { author: "bot" }], snapshot: { context: {} } },
  ]);
  expect([shown.code, exported.code, deleted.code]).toEqual([0, 0, 0]);
  expect(await list()).toEqual(ids.slice(1));
}

/** What the worker kept for review is seen at the bot's side, by who asked it, and goes with him. */
async function expectReviewedAndErased(
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const app = attachTo(dataDir);
  const ana = { platform: "console", userId: userId("ana") } as const;
  const people = (...args: readonly string[]) => runCommand(["people", ...args], { dataDir, env });
  const gaps = async (): Promise<string> =>
    (await runCommand(["review", "gaps", "--json"], { dataDir, env })).stdout;
  await runCommand(["ask", UNKNOWN, "--user", "ana", "--json"], { dataDir, env });
  await eventually(
    "the question in the review",
    async () => (await app.reviewed({ limit: 9 }, call)).some(({ asked }) => asked === UNKNOWN),
    PATIENCE_MS,
  );

  const exported = await people("export", "console:ana");
  const kept = await gaps();
  const warned = await people("erase", "console:ana");
  const erased = await people("erase", "console:ana", "--yes", "--json");

  expect(jsonOf(exported.stdout)).toMatchObject({
    conversations: [{ isShared: false, messages: [{ text: UNKNOWN }, { author: "bot" }] }],
    reviewed: [{ asked: UNKNOWN, decision: "decline", userId: "ana" }],
  });
  expect(kept).toContain(UNKNOWN);
  expect([warned.code, erased.code]).toEqual([1, 0]);
  expect(warned.stderr).toContain("--yes");
  expect(jsonOf(erased.stdout)).toMatchObject({ isErased: true, reviewed: 1 });
  expect(await app.person(ana, call)).toMatchObject({ conversations: [], reviewed: [] });
  expect(await gaps()).not.toContain(UNKNOWN);
  // What somebody else asked is still there.
  expect((await app.reviewed({ limit: 9 }, call)).map(({ asked }) => asked)).toEqual([QUESTION]);
}

describe("several processes with one Redis", () => {
  const closers: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const redis = async (): Promise<RedisServer> => {
    const server = await startRedis();
    closers.push(() => server.stop());
    return server;
  };
  const stub = async (): Promise<OpenAiStub> => {
    const server = await startOpenAiStub();
    closers.push(() => server.close());
    return server;
  };
  const start = async (
    role: string,
    dataDir: string,
    env: Readonly<Record<string, string>>,
  ): Promise<StartedFrontdesk> => {
    const frontdesk = await startFrontdeskProcess({ dataDir, args: ["--role", role], env });
    closers.push(() => frontdesk.kill());
    return frontdesk;
  };

  it.each(["bot", "worker"])("refuses --role %s without REDIS_URL", async (role) => {
    const { code, stderr } = await runCommand(["start", "--role", role], {
      dataDir: folderWithoutSamples(),
    });

    expect(code).toBe(2);
    expect(stderr).toContain(`start --role ${role} needs REDIS_URL`);
  });

  it("lets a worker answer what a bot heard, also what was asked before the worker came", async () => {
    const server = await redis();
    const env = { REDIS_URL: server.url };
    const botDir = folderWithoutSamples();
    const bot = await start("bot", botDir, env);
    const early = startCommand(["ask", QUESTION, "--json"], { dataDir: botDir, env, input: "" });
    const keys = async (): Promise<boolean> => Number(await server.command("DBSIZE")) > 3;
    await eventually("the question in Redis", keys, PATIENCE_MS);
    const worker = await start("worker", await directoryWithMiller(), env);

    const waited = await early.result;
    const asked = await runCommand(["ask", QUESTION, "--json"], { dataDir: botDir, env });

    for (const { stdout } of [waited, asked]) {
      expect(jsonLines(stdout)[0]).toMatchObject({ decision: "answer" });
      expect(jsonLines(stdout)[0]?.["text"]).toContain("Odalys");
    }
    await expectKeptConversations(botDir, env);
    await expectReviewedAndErased(botDir, env);
    expect([await worker.stop(), await bot.stop()]).toEqual([0, 0]);
  });

  it("interrupts an answer in the worker when its asker writes on to the bot", async () => {
    const server = await redis();
    const model = await stub();
    model.plan({ type: "silence" }, { type: "answer", text: "She is called Odalys [1]." });
    const env = { REDIS_URL: server.url, FRONTDESK_MODEL_URL: model.baseUrl };
    const botDir = folderWithoutSamples();
    await start("bot", botDir, { REDIS_URL: server.url });
    await start("worker", await directoryWithMiller(), env);
    const bot = attachTo(botDir);
    const seen: ConversationEvent[] = [];
    await bot.watch(saying("c", "").conversationId, (event) => seen.push(event), call);

    await bot.send(saying("c", QUESTION), call);
    await untilAsked(model, 1);
    await bot.send(saying("c", "I mean the old mill by the river."), call);
    await model.abandoned(1);
    await untilAsked(model, 2);
    const replies = () =>
      seen.filter((one) => one.type === "message" && one.message.author === "bot");
    await eventually("the reply", () => replies().length > 0, PATIENCE_MS);

    expect(questionsAt(model)[1]).toContain("river");
    expect(seen.some(({ type }) => type === "progress")).toBe(true);
    const said = await transcriptOf(bot, "c");
    expect(said.map(({ author }) => author)).toEqual(["user", "user", "bot"]);
  });

  it("goes on in another process when one is killed in the middle of an answer", async () => {
    const server = await redis();
    const models = [await stub(), await stub()] as const;
    const dirs = [await directoryWithMiller(), await directoryWithMiller()] as const;
    for (const model of models) model.plan({ type: "silence" });
    const started: StartedFrontdesk[] = [];
    for (const [at, dataDir] of dirs.entries()) {
      const url = models[at]?.baseUrl ?? "";
      started.push(
        await start("all", dataDir, { REDIS_URL: server.url, FRONTDESK_MODEL_URL: url }),
      );
    }
    await attachTo(dirs[0]).send(saying("c", QUESTION), call);
    const busy = await eventually(
      "somebody at work",
      () => {
        const at = models.findIndex((model) => questionsAt(model).length > 0);
        return at === -1 ? null : `${at}`;
      },
      PATIENCE_MS,
    );
    const other = busy === "0" ? 1 : 0;
    models[other].plan({ type: "answer", text: "The miller is called Odalys [1]." });

    await started[Number(busy)]?.kill();
    const survivor = attachTo(dirs[other]);
    const said = await eventually(
      "the reply",
      async () => {
        const lines = await transcriptOf(survivor, "c");
        return lines.some(({ author }) => author === "bot") ? lines : null;
      },
      PATIENCE_MS,
    );

    expect(questionsAt(models[other])).toHaveLength(1);
    expect(said.map(({ author }) => author)).toEqual(["user", "bot"]);
    expect(await started[other]?.stop()).toBe(0);
  });
});
