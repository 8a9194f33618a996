// From a message in Slack to the acknowledgement, the status line and the answer, without a chat model: `frontdesk start`
// as a process of its own against the emulator, whose limits are Slack's.
// Usage: npm run bench:slack [-- --rounds 20]
import { parseArgs } from "node:util";
import { startSlackFor } from "../test/support/slack/adapter.ts";
import { folderWith, startFrontdesk } from "../test/support/slack/frontdesk-process.ts";
import type { SlackEmulator, SlackUser } from "../test/support/slack/index.ts";
import { percentile, type Row, report } from "./report.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = Number(values.rounds);
const CROWD = 50;
const CROWD_ROUNDS = 4;
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

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
  let thread = "";
  const look = (): void => {
    if (thread === "")
      thread = slack.world.messages.findLast((one) => one.user === user.id)?.ts ?? "";
    const answer = slack.messages(channel, thread).find(({ isBot }) => isBot);
    if (slack.world.statuses.has(`${channel.id}/${thread}`)) seen.status ??= since();
    if (answer === undefined) return;
    seen.shown ??= since();
    if (answer.controls.some(({ label }) => label === "Ask a person")) seen.final ??= since();
  };
  const stop = slack.world.onChange(look);
  await slack.dm(user, "How is the lighthouse lamp lit?");
  const ack = since();
  await slack.until(() => seen.final !== undefined, "a final answer");
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

const slack = await startSlackFor();
const people = Array.from({ length: CROWD }, (_, index) => slack.user(`user ${index}`));
const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
const app = await startFrontdesk(slack, { dataDir });
const alone: Times[] = [];
const crowd: Times[] = [];
// Another person each time: two answers to one would be a second apart.
for (let round = 0; round <= rounds; round += 1) {
  const person = people[round % people.length];
  const times = person === undefined ? null : await askOnce(slack, person);
  if (times !== null && round > 0) alone.push(times);
}
for (let round = 0; round < CROWD_ROUNDS; round += 1) {
  crowd.push(...(await Promise.all(people.map((person) => askOnce(slack, person)))));
}
await app.stop();
await slack.close();
report("slack", [...rowsOf("1 conversation", alone), ...rowsOf(`${CROWD} at once`, crowd)], {
  rounds,
  crowdRounds: CROWD_ROUNDS,
  gatherMs: 300,
});
