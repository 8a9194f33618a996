import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Application } from "../ports/application.ts";
import type { ReviewedTurn } from "../ports/review-log.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";
import { filledArgument, integerArgument, jsonOption } from "./options.ts";
import type { Judge, Replay } from "./review/replay.ts";

const DAY_MS = 86_400_000;
const MAX_TURNS = 100_000;
const MAX_THUMBS = 1_000;

type Call = { readonly signal: AbortSignal };

const daysOption = (): Option =>
  new Option("--days <n>", "only of the last so many days")
    .default(30)
    .argParser(integerArgument(1, 3_650));

/** What is kept of the last days. */
async function readKept(app: Application, days: number, call: Call) {
  const from = Date.now() - days * DAY_MS;
  const turns = await app.reviewed({ limit: MAX_TURNS }, call);
  const feedback = await app.feedback({ value: null, limit: MAX_THUMBS }, call);
  const handovers = await app.handovers({ limit: MAX_THUMBS }, call);
  return {
    turns: turns.filter(({ at }) => at >= from),
    feedback: feedback.filter(({ at }) => at >= from),
    handovers: handovers.filter(({ openedAt }) => openedAt >= from),
  };
}

interface Adding {
  readonly group: Command;
  readonly finish: (code: number) => void;
  readonly context: CommandContext;
}

function addGaps({ group, finish, context }: Adding): void {
  group
    .command("gaps", { isDefault: true })
    .description("what the documents did not answer, by topic: declined, handed over, found bad")
    .addOption(daysOption())
    .addOption(
      new Option("--limit <n>", "so many topics").default(20).argParser(integerArgument(1, 10_000)),
    )
    .addOption(
      new Option("--examples <n>", "so many questions of each")
        .default(3)
        .argParser(integerArgument(0, 1_000)),
    )
    .addOption(jsonOption())
    .action(async (options: { days: number; limit: number; examples: number; json: boolean }) => {
      finish(
        await context.withApplication(attachable, async (app, call) => {
          const { gapsOf, topicsOf } = await import("./review/gaps.ts");
          const { printTopics } = await import("./review/print.ts");
          const topics = topicsOf(gapsOf(await readKept(app, options.days, call)));
          if (options.json) writeLine(context.io.stdout, JSON.stringify(topics));
          else printTopics(topics, options, context.io);
          return 0;
        }),
      );
    });
}

function addExport({ group, finish, context }: Adding): void {
  group
    .command("export")
    .description("print what a chat model can learn from, redacted: one JSON object on each line")
    .addOption(daysOption())
    .action(async ({ days }: { days: number }) => {
      finish(
        await context.withApplication(attachable, async (app, call) => {
          const { trainingLines } = await import("./review/training-lines.ts");
          const lines = trainingLines(await readKept(app, days, call));
          for (const line of lines) writeLine(context.io.stdout, JSON.stringify(line));
          writeLine(
            context.io.stderr,
            `${lines.length} examples; names of people are not redacted.`,
          );
          return 0;
        }),
      );
    });
}

/** Reads a threshold. */
function thresholdArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("It must lie between 0 and 1.");
  }
  return value;
}

interface ReplayFlags {
  readonly days: number;
  readonly answerAt?: number;
  readonly clarifyAt?: number;
  readonly ambiguousAt?: number;
  readonly search: boolean;
  readonly limit: number;
  readonly json: boolean;
}

/** Replays with what was judged then, or with a search over a copy of what is ingested now. */
async function replayWith(
  turns: readonly ReviewedTurn[],
  flags: ReplayFlags,
  context: CommandContext,
): Promise<Replay> {
  const { asKept, replay, searchedAgain } = await import("./review/replay.ts");
  const { dialogueSettings } = await import("../compose-settings.ts");
  const settings = dialogueSettings(context.config(), false);
  const { answerAt = settings.answerAt, clarifyAt = settings.clarifyAt } = flags;
  const { ambiguousAt = settings.ambiguousAt } = flags;
  const thresholds = { answerAt, clarifyAt, ambiguousAt };
  const run = (judge: Judge): Promise<Replay> => replay(turns, thresholds, judge, context);
  if (!flags.search) return run(asKept);
  const { openCopiedKnowledge } = await import("../compose-calibration.ts");
  const { knowledge, close } = await openCopiedKnowledge(context.config(), context);
  try {
    return await run(searchedAgain(knowledge, settings));
  } finally {
    await close();
  }
}

function addReplay({ group, finish, context }: Adding): void {
  group
    .command("replay")
    .description("decide past questions anew under other thresholds, or with another model")
    .addOption(daysOption())
    .addOption(
      new Option("--answer-at <p>", "confidence to answer from").argParser(thresholdArgument),
    )
    .addOption(
      new Option("--clarify-at <p>", "confidence to ask back from").argParser(thresholdArgument),
    )
    .addOption(
      new Option("--ambiguous-at <p>", "when readings compete").argParser(thresholdArgument),
    )
    .option("--search", "search again, with the documents and models as they are set now", false)
    .addOption(
      new Option("--embed-model <name>", "search again with this embedding model").argParser(
        filledArgument,
      ),
    )
    .addOption(
      new Option("--limit <n>", "show so many of those that change")
        .default(20)
        .argParser(integerArgument(0, 10_000)),
    )
    .addOption(jsonOption())
    .action(async (flags: ReplayFlags & { readonly embedModel?: string }) => {
      let turns: readonly ReviewedTurn[] = [];
      const read = await context.withApplication(attachable, async (app, call) => {
        ({ turns } = await readKept(app, flags.days, call));
        return 0;
      });
      if (read !== 0) return finish(read);
      const result = await replayWith(
        turns,
        { ...flags, search: flags.search || flags.embedModel !== undefined },
        flags.embedModel === undefined ? context : await withEmbedder(context, flags.embedModel),
      );
      const { printReplay } = await import("./review/print.ts");
      if (flags.json) writeLine(context.io.stdout, JSON.stringify(result));
      else printReplay(result, flags.limit, context.io);
      finish(0);
    });
}

/**
 * The same configuration with another embedding model.
 *
 * @throws FrontdeskError `model_not_found`: a search without it would say nothing about it
 */
async function withEmbedder(context: CommandContext, embed: string): Promise<CommandContext> {
  const { dataDir, models } = context.config();
  if (embed !== "off" && models.embedUrl === null) {
    const { resolveModel } = await import("../../models/index.ts");
    resolveModel(embed, { directory: join(dataDir, "models") });
  }
  const config = () => {
    const current = context.config();
    return { ...current, models: { ...current.models, embed } };
  };
  return { ...context, config };
}

/** `review gaps|export|replay`. */
export function addReviewCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const group = program
    .command("review")
    .description("what was asked and not answered well, and what to learn from it");
  const adding = { group, finish, context };
  addGaps(adding);
  addExport(adding);
  addReplay(adding);
}
