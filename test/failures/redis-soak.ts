import { startRedis } from "../support/redis-server.ts";
import { runSoak } from "../support/redis-soak.ts";

/**
 * The long form of the soak test: 1,000 conversations of 20 messages, three workers, one killed every two seconds.
 * `npx tsx test/failures/redis-soak.ts [seed]`; exit code 1 when anything was lost, doubled, out of order or overlapping.
 */
async function main(): Promise<void> {
  const seed = Number(process.argv[2] ?? Date.now() % 1_000_000);
  process.stdout.write(`seed ${seed}\n`);
  const server = await startRedis({ appendOnly: "everysec" });
  const report = await runSoak({
    url: server.url,
    keyPrefix: "soak",
    conversations: 1_000,
    messages: 20,
    workers: 3,
    killEveryMs: 2_000,
    leastKills: 5,
    rate: 250,
    answerMs: 5,
    leaseMs: 3_000,
    seed,
  });
  await server.stop();
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const { lost, apologies, doubled, outOfOrder, overlaps } = report;
  process.exitCode = lost + apologies + doubled + outOfOrder + overlaps === 0 ? 0 : 1;
}

await main();
