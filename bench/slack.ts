// From a message in Slack to the acknowledgement, the status line, the first words and the whole answer: `frontdesk start` as a
// process of its own against the emulator, whose limits are Slack's. Without a chat model the answer comes whole; then with a
// server in its place that writes at a model's speed and computes nothing, as edits of a message and as Slack's streams.
// Usage: npm run bench:slack [-- --rounds 20 | --quick | --help]
import { parseArgs } from "node:util";
import { startOpenAiStub } from "../test/support/openai-stub.ts";
import { startSlackFor } from "../test/support/slack/adapter.ts";
import { folderWith, startFrontdesk } from "../test/support/slack/frontdesk-process.ts";
import type { SlackEmulator, SlackUser } from "../test/support/slack/index.ts";
import { percentile, printTable, type Row, report } from "./report.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    [
      "npm run bench:slack [-- OPTIONS]   about 8 minutes; writes bench/results/slack.json",
      "  --rounds N   questions asked one at a time without a model (20)",
      "  --quick      one round of everything and 5 at once, about a minute: whether it runs; writes nothing",
    ].join("\n"),
  );
  process.exit(0);
}
const isQuick = values.quick;
const rounds = isQuick ? 1 : Number(values.rounds);
const CROWD = isQuick ? 5 : 50;
const CROWD_ROUNDS = isQuick ? 1 : 4;
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";
const CITED = `${FACT.slice(0, -1)} [1].`;
/** A reader sees some twenty words a second. */
const WORD_MS = 50;
const WRITTEN_ROUNDS = isQuick ? 1 : 8;

/** Milliseconds from the message on. */
interface Times {
  readonly ack: number;
  readonly status: number;
  readonly shown: number;
  readonly final: number;
}

async function askOnce(slack: SlackEmulator, user: SlackUser): Promise<Times> {
  const channel = slack.directMessages(user);
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const seen: { status?: number; shown?: number; final?: number } = {};
  // The message stands there at once; that it was acknowledged comes later.
  const asking = slack.dm(user, "How is the lighthouse lamp lit?");
  const thread = slack.world.messages.findLast((one) => one.user === user.id)?.ts ?? "";
  const look = (): void => {
    const answer = slack.messages(channel, thread).find(({ isBot }) => isBot);
    if (slack.world.statuses.has(`${channel.id}/${thread}`)) seen.status ??= since();
    if (answer === undefined) return;
    seen.shown ??= since();
    if (answer.controls.some(({ label }) => label === "Ask a person")) seen.final ??= since();
  };
  const stop = slack.world.onChange(look);
  await asking;
  const ack = since();
  const isWhole = (): boolean => seen.final !== undefined;
  // Where Slack's rates hold the last edit back, that takes longer than a test would wait.
  await slack.until(isWhole).catch(() => slack.until(isWhole).catch(() => slack.until(isWhole)));
  stop();
  const { status = Number.NaN, shown = Number.NaN, final = Number.NaN } = seen;
  return { ack, status, shown, final };
}

function rowsOf(name: string, all: readonly Times[]): readonly Row[] {
  const stages = ["ack", "status", "shown", "final"] as const;
  return stages.flatMap((stage) =>
    [0.5, 0.95].map((share) => {
      const times = all.map((one) => one[stage]).filter((time) => !Number.isNaN(time));
      const value = percentile(times, share);
      const aim = stage === "ack" ? "< 3000" : "";
      return { figure: `${name}: ${stage} p${share * 100}`, value, unit: "ms", aim };
    }),
  );
}

interface Setting {
  /** Goes before the figures. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly crowdRounds: number;
}

/** One installation, with a workspace and Slack's limits of its own. */
async function measure({
  name,
  env,
  rounds: alone,
  crowdRounds,
}: Setting): Promise<readonly Row[]> {
  const slack = await startSlackFor();
  const people = Array.from({ length: CROWD }, (_, index) => slack.user(`user ${index}`));
  const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
  const app = await startFrontdesk(slack, { dataDir, env });
  const single: Times[] = [];
  const crowd: Times[] = [];
  // Another person each time: two answers to one would be a second apart. The first round warms up.
  for (let round = 0; round <= alone; round += 1) {
    const person = people[round % people.length];
    const times = person === undefined ? null : await askOnce(slack, person);
    if (times !== null && round > 0) single.push(times);
  }
  for (let round = 0; round < crowdRounds; round += 1) {
    crowd.push(...(await Promise.all(people.map((person) => askOnce(slack, person)))));
  }
  await app.stop();
  await slack.close();
  return [
    ...(single.length === 0 ? [] : rowsOf(`${name}1 conversation`, single)),
    ...(crowd.length === 0 ? [] : rowsOf(`${name}${CROWD} at once`, crowd)),
  ];
}

const ANSWER = Array.from({ length: 4 }, () => CITED).join(" ");
const ANSWER_MS = ANSWER.split(" ").length * WORD_MS;
const model = await startOpenAiStub();
model.plan({ type: "paced", text: ANSWER, everyMs: WORD_MS });
const rows: Row[] = [...(await measure({ name: "", env: {}, rounds, crowdRounds: CROWD_ROUNDS }))];
for (const streaming of ["edits", "native"] as const) {
  const env = {
    FRONTDESK_MODEL_URL: model.baseUrl,
    FRONTDESK_SLACK_STREAMING: streaming,
    // Everybody asks the same: each answer is to be written.
    FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
  };
  const name = `${streaming}, a model that writes for ${ANSWER_MS} ms: `;
  // Apart from one another: Slack takes 20 streams and 50 edits a minute of a whole workspace.
  rows.push(...(await measure({ name, env, rounds: WRITTEN_ROUNDS, crowdRounds: 0 })));
  rows.push(...(await measure({ name, env, rounds: 0, crowdRounds: 1 })));
}
await model.close();
if (isQuick) printTable("slack, quick: one round says little", rows);
else
  report("slack", rows, {
    rounds,
    crowdRounds: CROWD_ROUNDS,
    writtenRounds: WRITTEN_ROUNDS,
    answerMs: ANSWER_MS,
    gatherMs: 300,
  });
