// The runtime in one run: throughput and latency on Redis and SQLite, recovery after kill -9, what a failover loses, memory
// per idle conversation, and beside it an echo bot on Vercel's Chat SDK. Everything shares this machine.
// Usage: npm run bench:runtime [-- --runs 3] [--rate 500] [--messages 20000] [--note "what else ran here"]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startRedis } from "../../test/support/redis-server.ts";
import { type Row, report } from "../report.ts";
import { compareBots } from "./compare-bots.ts";
import { measureFailover } from "./failover.ts";
import { measureMemory } from "./memory.ts";
import { measureRecovery } from "./recovery.ts";
import { measureRedis } from "./redis.ts";
import { measureSqlite } from "./sqlite.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    rate: { type: "string", default: "500" },
    messages: { type: "string", default: "20000" },
    note: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});
const runs = Number(values.runs);
const rate = Number(values.rate);
const messages = Number(values.messages);
// What else the machine has to do decides most of these figures.
const loadBefore = loadavg();
const server = await startRedis({ appendOnly: "everysec" });

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  redis: () => measureRedis({ server, runs, rate, messages }),
  sqlite: () => measureSqlite({ runs, rate: 50, messages: messages / 10 }),
  recovery: () => measureRecovery(server.url),
  failover: () => measureFailover(),
  memory: () => measureMemory(server),
  bots: () => compareBots(server.url),
};
const chosen = values.only === "" ? Object.keys(parts) : values.only.split(",");
const rows: Row[] = [];
for (const name of chosen) {
  console.log(`… ${name}`);
  rows.push(...((await parts[name]?.()) ?? []));
}
await server.stop();
const isWhole = values.only === "";
report(isWhole ? "runtime" : `runtime-${chosen.join("-")}`, rows, {
  runs,
  rate,
  messages,
  note: values.note,
  loadAverages: { before: loadBefore, after: loadavg() },
});
process.exit(0);
