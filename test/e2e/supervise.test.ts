import { expect, it, onTestFinished } from "vitest";
import { readOwner } from "../../src/runtime/index.ts";
import { folderWithoutSamples, startCommand } from "../support/cli.ts";
import { startOpenAiStub } from "../support/openai-stub.ts";
import { startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import {
  attachTo,
  directoryWithMiller,
  questionsAt,
  saying,
  transcriptOf,
  untilAsked,
} from "../support/split-roles.ts";

it("frontdesk start --supervise is there again after kill -9 in the middle of a turn, which is finished once, and ends with 0 on SIGTERM", async () => {
  const [redis, model] = [await startRedis(), await startOpenAiStub()];
  const dataDir = await directoryWithMiller();
  const parent = startCommand(["start", "--supervise"], {
    dataDir,
    env: {
      FRONTDESK_EMBED_MODEL: "off",
      FRONTDESK_LOG_LEVEL: "warn",
      FRONTDESK_MODEL_URL: model.baseUrl,
      REDIS_URL: redis.url,
    },
  });
  const childPid = (): number => readOwner(dataDir)?.pid ?? 0;
  onTestFinished(async () => {
    parent.child.kill("SIGKILL");
    if (childPid() > 0) process.kill(childPid(), "SIGKILL");
    await model.close();
    await redis.stop();
  });
  await parent.until(/is ready: http/u);
  const first = childPid();
  model.plan({ type: "silence" }, { type: "answer", text: "The miller is called Odalys [1]." });
  const call = { signal: new AbortController().signal };
  await attachTo(dataDir).send(saying("c", "What is the miller of the old mill called?"), call);
  await untilAsked(model, 1);

  process.kill(first, "SIGKILL");
  await parent.until(/died \(SIGKILL\)/u);
  const second = await eventually(
    "the next one",
    () => (parent.stderr().split("is ready: http").length > 2 ? childPid() : null),
    60_000,
  );
  const said = await eventually(
    "the reply",
    async () => {
      const lines = await transcriptOf(attachTo(dataDir), "c");
      return lines.length > 1 ? lines : null;
    },
    30_000,
  );
  parent.child.kill("SIGTERM");
  const result = await parent.result;

  expect(first).not.toBe(parent.child.pid);
  expect(second).not.toBe(first);
  expect(said.map(({ author }) => author)).toEqual(["user", "bot"]);
  expect(questionsAt(model)).toHaveLength(2);
  expect(result).toMatchObject({ code: 0, signal: null });
});

it("frontdesk start --supervise leaves no child behind when its parent is killed: the data directory is free again", async () => {
  const dataDir = folderWithoutSamples();
  const env = { FRONTDESK_EMBED_MODEL: "off", FRONTDESK_MODEL: "off" };
  const parent = startCommand(["start", "--supervise"], { dataDir, env });
  await parent.until(/is ready: http/u);

  parent.child.kill("SIGKILL");
  // Ends when all who write to its output have: the child as well.
  await parent.result;

  expect(parent.stderr()).toContain("Stopping: running answers are finished first");
  expect(readOwner(dataDir)).toBeNull();
});
