import { freshFolder } from "../test/support/cli.ts";
import { startFrontdeskProcess } from "../test/support/frontdesk-start.ts";
import { startOpenAiStub } from "../test/support/openai-stub.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { attachTo, directoryWithMiller, saying, untilAsked } from "../test/support/split-roles.ts";
import { median, percentile, report } from "./report.ts";

/**
 * How long a worker's running answer goes on after its asker has written again to the bot: two processes, one Redis, a model
 * server that never answers. From the sending of the second message, over the bot's local socket, until the model server sees
 * the request end.
 */
const ROUNDS = 40;
const AIM_MS = 300;
const call = { signal: new AbortController().signal };

const redis = await startRedis({ appendOnly: "everysec" });
const model = await startOpenAiStub();
model.plan({ type: "silence" });
const botDir = freshFolder();
const bot = await startFrontdeskProcess({
  dataDir: botDir,
  args: ["--role", "bot"],
  env: { REDIS_URL: redis.url },
});
const worker = await startFrontdeskProcess({
  dataDir: await directoryWithMiller(),
  args: ["--role", "worker"],
  env: {
    REDIS_URL: redis.url,
    FRONTDESK_MODEL_URL: model.baseUrl,
    FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
  },
});
const app = attachTo(botDir);
const times: number[] = [];
let left = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const conversation = `bench-${round}`;
  await app.send(saying(conversation, "What is the miller of the old mill called?"), call);
  const asked = 2 * round + 1;
  await untilAsked(model, asked);
  left += 1;
  const abandoned = model.abandoned(left);
  const since = performance.now();
  await app.send(saying(conversation, "I mean the old mill by the river."), call);
  await abandoned;
  times.push(performance.now() - since);
  // The joined question has begun; leave it before the next round.
  await untilAsked(model, asked + 1);
  await app.stop(saying(conversation, "").conversationId, call);
  left += 1;
  await model.abandoned(left);
}
const late = times.filter((ms) => ms > AIM_MS).length;
const ends = "running answer ends in another process";
report(
  "interrupt",
  [
    { figure: `${ends}, p50`, value: median(times), unit: "ms", aim: "" },
    { figure: `${ends}, p95`, value: percentile(times, 0.95), unit: "ms", aim: `≤ ${AIM_MS}` },
    { figure: `${ends}, slowest`, value: Math.max(...times), unit: "ms", aim: "" },
    { figure: `of ${ROUNDS} rounds later than ${AIM_MS} ms`, value: late, unit: "", aim: "0" },
  ],
  { rounds: ROUNDS, redis: "appendfsync everysec", timesMs: times },
);
await worker.stop();
await bot.stop();
await model.close();
await redis.stop();
process.exit(0);
