import { type Command, InvalidArgumentError, Option } from "commander";
import type { ChatModel } from "../ports/chat-model.ts";
import type { CommandContext } from "./context.ts";
import { addEvalRetrieval } from "./evaluation/retrieval-command.ts";
import { filledArgument, integerArgument, jsonOption } from "./options.ts";

/** `--data`, as all of these commands have it. */
const dataOption = (): Option =>
  new Option("--data <path>", "a file of JSON lines, or a folder with dev.jsonl")
    .argParser(filledArgument)
    .makeOptionMandatory();

function addEvalIntent(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("intent")
    .description(
      "wishes for a person and complaints: precision and recall; intents: accuracy, out of scope",
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: { data: string; json: boolean }) => {
      const { evaluateIntent } = await import("./evaluation/intent.ts");
      const { printResults } = await import("./evaluation/result.ts");
      printResults(evaluateIntent(options.data), options, context.io);
      finish(0);
    });
}

function addEvalInjection(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("injection")
    .description("hostile messages and documents, with a model that obeys them: what gets through")
    .addOption(dataOption())
    .addOption(
      new Option(
        "--model <name>",
        "with this chat model (of the catalog, or a GGUF file) instead of the one that obeys",
      ).argParser(filledArgument),
    )
    .addOption(jsonOption())
    .action(async (options: { data: string; model?: string; json: boolean }) => {
      const { evaluateInjection } = await import("./evaluation/injection.ts");
      const { printResults } = await import("./evaluation/result.ts");
      const { data, model } = options;
      if (model === undefined) {
        printResults(await evaluateInjection(data, context), options, context.io);
      } else {
        const { withChatModel } = await import("./evaluation/real-model.ts");
        const measure = (real: { readonly name: string; readonly chatModel: ChatModel }) =>
          evaluateInjection(data, context, real);
        const results = await withChatModel(context.config(), model, measure, context);
        printResults(results, options, context.io);
      }
      finish(0);
    });
}

const corpusOption = (): Option =>
  new Option(
    "--corpus <file>",
    "the texts, where they do not lie beside the questions as dev.corpus.jsonl",
  ).argParser(filledArgument);

interface WithCorpus {
  readonly data: string;
  readonly corpus?: string;
  readonly json: boolean;
}

function addEvalRewrite(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("rewrite")
    .description("how close completed follow-ups come to those that people wrote")
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: { data: string; json: boolean }) => {
      const { evaluateRewrite } = await import("./evaluation/rewrite.ts");
      const { printResults } = await import("./evaluation/result.ts");
      printResults([evaluateRewrite(options.data)], options, context.io);
      finish(0);
    });
}

function addEvalDialogue(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("dialogue")
    .description("conversations: whether it answers, asks back or declines as expected")
    .addOption(dataOption())
    .addOption(corpusOption())
    .addOption(jsonOption())
    .action(async (options: WithCorpus) => {
      const { evaluateDialogue } = await import("./evaluation/dialogue.ts");
      const { printResults } = await import("./evaluation/result.ts");
      const sets = { data: options.data, corpus: options.corpus ?? null };
      printResults([await evaluateDialogue(sets, context)], options, context.io);
      finish(0);
    });
}

/** Questions of a set that are asked unless more are wished for. */
const USUAL_QUESTIONS = 1_000;

const questionsOption = (): Option =>
  new Option("--questions <n>", "at most so many, spread over the set")
    .default(USUAL_QUESTIONS)
    .argParser(integerArgument(10, 100_000));

function addEvalConfidence(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("confidence")
    .description("whether confidence tells what the texts answer from what they do not")
    .addOption(dataOption())
    .addOption(corpusOption())
    .addOption(questionsOption())
    .addOption(jsonOption())
    .action(async (options: WithCorpus & { readonly questions: number }) => {
      const { evaluateConfidence } = await import("./evaluation/confidence.ts");
      const { printResults } = await import("./evaluation/result.ts");
      const { data, corpus = null, questions: most } = options;
      printResults(
        [await evaluateConfidence({ data, corpus, most }, context)],
        options,
        context.io,
      );
      finish(0);
    });
}

function addEvalAll(group: Command, finish: (code: number) => void, context: CommandContext): void {
  group
    .command("all")
    .description("every file of questions under a folder: intent, rewrite, dialogue, confidence")
    .addOption(
      new Option("--data <folder>", "a folder with sets, each in a folder of its own")
        .argParser(filledArgument)
        .makeOptionMandatory(),
    )
    .addOption(questionsOption())
    .addOption(jsonOption())
    .action(async (options: { data: string; questions: number; json: boolean }) => {
      const { evaluateAll } = await import("./evaluation/evaluate-all.ts");
      const { printResults } = await import("./evaluation/result.ts");
      const sets = { data: options.data, most: options.questions };
      printResults(await evaluateAll(sets, context), options, context.io);
      finish(0);
    });
}

/** Reads a share between 0 and 1. */
function shareArgument(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("It must lie between 0 and 1.");
  return value;
}

function addEvalThresholds(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("thresholds")
    .description("what other thresholds would have meant: answered, wrong, asked back, declined")
    .addOption(dataOption())
    .addOption(corpusOption())
    .addOption(questionsOption())
    .addOption(
      new Option("--target <share>", "wrong answers among plain ones that are put up with")
        .default(0.05)
        .argParser(shareArgument),
    )
    .addOption(jsonOption())
    .action(async (options: WithCorpus & { questions: number; target: number }) => {
      const { askAll } = await import("./evaluation/confidence.ts");
      const { printThresholds, tryThresholds } = await import("./evaluation/thresholds.ts");
      const { data, corpus = null, questions: most, target } = options;
      const asked = await askAll({ data, corpus, most }, context);
      printThresholds(tryThresholds(data, asked, target), options, context.io);
      finish(0);
    });
}

interface CalibrateFlags {
  readonly fromKnowledge: boolean;
  readonly data?: string;
  readonly questions: number;
  readonly json: boolean;
}

/** `eval --calibrate`: what `eval` does when no kind is named. */
function addEvalCalibrate(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const command = group
    .command("calibrate", { isDefault: true })
    .description("fit confidence on questions of yours, over what is ingested (eval --calibrate)")
    .option("--calibrate", "as in: eval --calibrate --data questions.jsonl", false)
    .option("--from-knowledge", "make the questions out of the documents", false)
    .option("--data <path>", "a file of JSON lines, or a folder with dev.jsonl", filledArgument)
    .addOption(questionsOption())
    .addOption(jsonOption());
  command.action(async (options: CalibrateFlags) => {
    const { fromKnowledge, data, questions: most, json } = options;
    if (fromKnowledge === (data !== undefined)) {
      command.error(
        "error: name what is measured, or calibrate with either --data or --from-knowledge",
        { exitCode: 2 },
      );
    }
    const { runCalibrate } = await import("./evaluation/calibrate.ts");
    const wanted = { config: context.config(), data: data ?? null, most, json };
    finish(await runCalibrate(wanted, context.io, context));
  });
}

/** `eval`: measures on labelled questions; each kind is one line here. */
export function addEvalCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const group = program
    .command("eval")
    .description(
      "measure how well it finds, answers, asks back and declines, on labelled questions",
    );
  addEvalCalibrate(group, finish, context);
  addEvalRetrieval(group, finish, context);
  addEvalIntent(group, finish, context);
  addEvalInjection(group, finish, context);
  addEvalRewrite(group, finish, context);
  addEvalDialogue(group, finish, context);
  addEvalConfidence(group, finish, context);
  addEvalThresholds(group, finish, context);
  addEvalAll(group, finish, context);
}
