import { type Command, Option } from "commander";
import { answers, assertRole, type Role } from "../compose-roles.ts";
import type { Config } from "../config.ts";
import { FrontdeskError, isFrontdeskError } from "../core/index.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { registerDiscordCommands } from "./discord-register.ts";
import { jsonOption } from "./options.ts";
import { prepareSamples } from "./samples.ts";
import { printSlackManifest } from "./slack-manifest.ts";

/** Exit code for a configuration that cannot be used. */
const EXIT_USAGE = 2;

/** The configuration, or what is wrong with it. */
function readConfig(context: CommandContext): Config | FrontdeskError {
  try {
    return context.config();
  } catch (error) {
    if (isFrontdeskError(error)) return error;
    throw error;
  }
}

/** `start`, `doctor`, `slack` and `discord`. */
export function addOperationCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("start")
    .description("run every configured platform and the HTTP server")
    .addOption(
      new Option("--role <role>", "what this process does")
        .choices(["all", "bot", "worker", "knowledge"])
        .default("all"),
    )
    .option(
      "--supervise",
      "stand by as its parent: when it dies, free its work and start it again",
      false,
    )
    .action(async (options: { role: Role; supervise: boolean }) => {
      if (options.supervise) {
        const { freeWorkOf, supervise } = await import("./supervise.ts");
        const config = context.config();
        finish(
          await supervise({
            command: process.argv.slice(1).filter((word) => word !== "--supervise"),
            onDeath: () => freeWorkOf(config),
            io: context.io,
            signal: context.signal,
          }),
        );
        return;
      }
      assertRole(options.role, context.config());
      finish(
        await context.withApplication(
          { mustOwn: true, logTo: "stderr", role: options.role },
          async (
            app,
            { logger, metrics, adapters, knowledgeService, restService, begun, tickets, signal },
          ) => {
            const hasDocuments = answers(options.role) || options.role === "knowledge";
            if (hasDocuments) await prepareSamples(app, context, "docs");
            if (metrics === null) throw new FrontdeskError("internal", "start is attached");
            const { runStart } = await import("./start.ts");
            return runStart(
              app,
              {
                config: context.config(),
                role: options.role,
                logger,
                metrics,
                adapters,
                knowledgeService,
                restService,
                begun,
                tickets,
              },
              context.io,
              signal,
            );
          },
        ),
      );
    });

  program
    .command("doctor")
    .description("check configuration, disk, models, Chroma and the rest, and say what to do")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      const {
        checkApplication,
        checkConfiguration,
        configurationFault,
        reportFindings,
        startFailure,
      } = await import("./doctor.ts");
      const config = readConfig(context);
      if (isFrontdeskError(config)) {
        if (!options.json) throw config;
        reportFindings([configurationFault(config)], options, context.io);
        return finish(EXIT_USAGE);
      }
      const findings = [...(await checkConfiguration(config))];
      await context
        .withApplication(attachable, async (app, { signal }) => {
          findings.push(...(await checkApplication(app, signal)));
          return 0;
        })
        .catch((error: unknown) => findings.push(startFailure(error)));
      finish(reportFindings(findings, options, context.io));
    });

  const slack = program.command("slack").description("set up Slack");
  slack
    .command("manifest")
    .description("print the app manifest, to paste at api.slack.com/apps")
    .action(async () => finish(await printSlackManifest(context.config(), context.io)));
  const discord = program.command("discord").description("set up Discord");
  discord
    .command("register")
    .description("register slash commands, if they have changed, and print the invite link")
    .option("--remove-others", "take them away where else they are registered")
    .addOption(jsonOption())
    .action(async (options: { json: boolean; removeOthers?: boolean }) =>
      finish(await registerDiscordCommands(context.config(), options, context.io)),
    );
}
