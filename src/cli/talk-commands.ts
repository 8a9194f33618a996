import { type Command, Option } from "commander";
import { attachable, oneShot } from "./add-commands.ts";
import { runAsk } from "./ask.ts";
import { runChat } from "./chat.ts";
import type { CommandContext } from "./context.ts";
import { runDesk } from "./desk.ts";
import {
  conversationOption,
  filledArgument,
  groupOption,
  idArgument,
  jsonOption,
  userOption,
} from "./options.ts";
import { readAll } from "./read-all.ts";
import { prepareSamples } from "./samples.ts";
import { speakerOf, terminalSpeaker } from "./speaker.ts";

/** `chat`, `ask` and `desk`. */
export function addTalkCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("chat")
    .description("talk with the bot in this terminal (the default)")
    .addOption(conversationOption())
    .addOption(userOption())
    .addOption(groupOption())
    .option("--verbose", "show confidence and timings", false)
    .addOption(jsonOption())
    .action(async (options: { conversation?: string; verbose: boolean; json: boolean }) => {
      const speaker = speakerOf(options);
      if (!options.json) {
        const { offerModelHere } = await import("./model-offer.ts");
        await offerModelHere(context.config(), context.io, context.signal);
      }
      finish(
        await context.withApplication(attachable, async (app, { signal }) => {
          await prepareSamples(app, context, "all");
          return runChat(
            app,
            {
              conversation: options.conversation ?? null,
              speaker,
              verbose: options.verbose,
              json: options.json,
            },
            context.io,
            signal,
          );
        }),
      );
    });

  program
    .command("ask")
    .argument("[text]", "the question; - reads it from standard input", filledArgument)
    .description("ask one question, or many with --batch")
    .addOption(conversationOption())
    .addOption(userOption())
    .addOption(groupOption())
    .option(
      "--batch <file>",
      "JSON lines of {id?, conversation?, user?, text, history?}; - reads standard input",
    )
    .addOption(jsonOption())
    .action(
      async (
        text: string | undefined,
        options: { conversation?: string; batch?: string; json: boolean },
        command: Command,
      ) => {
        if ((text === undefined) === (options.batch === undefined)) {
          command.error("error: give either a question or --batch FILE", { exitCode: 2 });
        }
        const speaker = speakerOf(options);
        const asked = text === "-" ? await readAll(context.io.stdin, context.signal) : text;
        if (asked?.trim() === "") {
          command.error("error: standard input holds no question", { exitCode: 2 });
        }
        finish(
          await context.withApplication(oneShot, async (app, { signal }) => {
            await prepareSamples(app, context, "all");
            return runAsk(
              app,
              {
                text: asked ?? null,
                batch: options.batch ?? null,
                conversation: options.conversation ?? null,
                speaker,
                json: options.json,
              },
              context.io,
              signal,
            );
          }),
        );
      },
    );

  program
    .command("desk")
    .description("see cases and answer customers, from this terminal")
    .addOption(
      new Option("--agent <name>", "your name, as customers see it").argParser(idArgument()),
    )
    .option("--once", "print the cases and leave", false)
    .addOption(jsonOption())
    .action(async (options: { agent?: string; once: boolean; json: boolean }) => {
      const agent = options.agent ?? terminalSpeaker({ user: undefined, groups: [] }).displayName;
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runDesk(
            app,
            { agent: agent ?? "agent", once: options.once, json: options.json },
            context.io,
            signal,
          ),
        ),
      );
    });
}
