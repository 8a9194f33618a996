// From a message in Discord to typing, to the first words, to the first edit and to the whole answer: `frontdesk start` as a
// process of its own against the emulator, whose limits are Discord's. No model thinks: a server says the same words at the same
// pace to everybody.
// Usage: npm run bench:discord [-- --rounds 20]
import { parseArgs } from "node:util";
import { folderWith, startFrontdesk } from "../test/support/discord/frontdesk-process.ts";
import {
  type DiscordChannel,
  type DiscordEmulator,
  startDiscord,
} from "../test/support/discord/index.ts";
import { startOpenAiStub } from "../test/support/openai-stub.ts";
import { percentile, type Row, report } from "./report.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = Number(values.rounds);
const CROWD = 50;
const CROWD_ROUNDS = 4;
/** Words of the answer come one by one, twenty a second: of three sentences there is time enough for an edit before the last. */
const WORD_MS = 50;
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";
const ANSWER = Array.from({ length: 3 }, () => `${FACT} [1]`).join(" ");

/** Milliseconds from the message on. */
interface Times {
  readonly typing: number;
  /** The first words stand there. */
  readonly shown: number;
  /** They were edited for the first time, before the answer was whole. */
  readonly edit: number;
  readonly final: number;
}

interface Asker {
  readonly channel: DiscordChannel;
  readonly ask: () => string;
}

async function askOnce(discord: DiscordEmulator, { channel, ask }: Asker): Promise<Times> {
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const seen: { typing?: number; shown?: number; edit?: number; final?: number } = {};
  const typed = discord.world.typing.length;
  let question = "";
  const look = (): void => {
    const isTyping = discord.world.typing.slice(typed).some((one) => one.channel === channel.id);
    if (isTyping) seen.typing ??= since();
    const answer = discord
      .messages(channel)
      .find(({ isBot, replyTo }) => isBot && replyTo === question);
    if (question === "" || answer === undefined) return;
    seen.shown ??= since();
    const isFinal = answer.controls.some(({ label }) => label === "Ask a person");
    if (answer.isEdited && !isFinal) seen.edit ??= since();
    if (isFinal) seen.final ??= since();
  };
  const stop = discord.world.onChange(look);
  question = ask();
  await discord.until(() => seen.final !== undefined, "a final answer");
  stop();
  const never = { typing: Number.NaN, shown: Number.NaN, edit: Number.NaN, final: Number.NaN };
  return { ...never, ...seen };
}

function rowsOf(name: string, all: readonly Times[]): readonly Row[] {
  return (["typing", "shown", "edit", "final"] as const).flatMap((stage) =>
    [0.5, 0.95].map((share) => {
      const times = all.map((one) => one[stage]).filter((time) => !Number.isNaN(time));
      const value = percentile(times, share);
      return { figure: `${name}: ${stage} p${share * 100}`, value, unit: "ms", aim: "" };
    }),
  );
}

const discord = await startDiscord();
const people = Array.from({ length: CROWD }, (_, index) => discord.user(`user ${index}`));
const guild = discord.guild("Acme", { members: people });
const askers: readonly Asker[] = people.map((person, index) => {
  const channel = discord.channel(guild, `channel ${index}`);
  const ask = (): string => discord.mention(person, channel, "How is the lighthouse lamp lit?").id;
  return { channel, ask };
});
const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
const model = await startOpenAiStub();
model.plan({ type: "paced", text: ANSWER, everyMs: WORD_MS });
const app = await startFrontdesk(discord, {
  dataDir,
  // Everybody asks the same: each answer is to be written.
  env: { FRONTDESK_MODEL_URL: model.baseUrl, FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0" },
});
const alone: Times[] = [];
const crowd: Times[] = [];
for (let round = 0; round <= rounds; round += 1) {
  const asker = askers[round % askers.length];
  const times = asker === undefined ? null : await askOnce(discord, asker);
  // The first one pays for what is loaded once.
  if (times !== null && round > 0) alone.push(times);
}
for (let round = 0; round < CROWD_ROUNDS; round += 1) {
  crowd.push(...(await Promise.all(askers.map((asker) => askOnce(discord, asker)))));
}
await app.stop();
const refused = discord.buckets.refused();
await Promise.all([model.close(), discord.close()]);
report("discord", [...rowsOf("1 conversation", alone), ...rowsOf(`${CROWD} at once`, crowd)], {
  rounds,
  crowdRounds: CROWD_ROUNDS,
  gatherMs: 300,
  /** Where Discord's limits left no room, the answer came whole. */
  editedBeforeFinal: {
    alone: alone.filter(({ edit }) => !Number.isNaN(edit)).length / alone.length,
    crowd: crowd.filter(({ edit }) => !Number.isNaN(edit)).length / crowd.length,
  },
  wordsMs: WORD_MS * ANSWER.split(" ").length,
  refusedRequests: refused,
});
