import { type Command, Option } from "commander";
import { FrontdeskError, LANGUAGES, type Language, parseVisibility } from "../core/index.ts";
import {
  CLEANINGS,
  type Cleaning,
  isPath,
  REDACTIONS,
  type Redaction,
  type SourceSettings,
} from "../ports/knowledge-base.ts";
import { attachable, oneShot } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { runIngest } from "./ingest.ts";
import {
  filledArgument,
  filledArguments,
  groupOption,
  integerArgument,
  intervalArgument,
  jsonOption,
  nameArgument,
  namesArgument,
  userOption,
  visibilityArgument,
} from "./options.ts";
import { runSearch } from "./search.ts";
import { runSourcesList, runSourcesRemove, runSourcesSync } from "./sources.ts";
import { speakerOf } from "./speaker.ts";
import { runTopics } from "./topics.ts";

/** `ingest`, `search` and `sources`. */
export function addKnowledgeCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("ingest")
    .argument(
      "<source...>",
      "files, folders, web addresses or mailboxes (imap:NAME)",
      filledArguments,
    )
    .description("add documents: files, folders or URLs; run it again to bring them up to date")
    .addOption(collectionOption())
    .addOption(visibilityOption())
    .addOption(jsonOption())
    .action(
      async (
        sources: string[],
        options: { collection: string; visibility?: string; json: boolean },
      ) => {
        const wanted = options.visibility ?? context.config().knowledge.defaultVisibility;
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            runIngest(
              app,
              {
                sources,
                collection: options.collection,
                visibility: parseVisibility(wanted) ?? "internal",
                json: options.json,
              },
              context.io,
              signal,
            ),
          ),
        );
      },
    );

  program
    .command("search")
    .argument("<query>", "words or a question", filledArgument)
    .description("find passages, without the dialogue")
    .option("--top <n>", "how many", integerArgument(1, 100), 8)
    .option("--collection <name>", "only in this collection", nameArgument)
    .option(
      "--topic <label>",
      "only about this topic: its label or number in `topics`",
      filledArgument,
    )
    .option("--entity <name>", "only where this person, product or id is named", filledArgument)
    .addOption(userOption())
    .addOption(groupOption())
    .addOption(jsonOption())
    .action(async (query: string, options: SearchCommandOptions) => {
      const speaker = speakerOf(options);
      const { topic = null, entity = null } = options;
      const filters = topic === null && entity === null ? {} : { filters: { topic, entity } };
      finish(
        await context.withApplication(oneShot, (app, { signal }) =>
          runSearch(
            app,
            {
              query,
              speaker,
              collection: options.collection ?? null,
              top: options.top,
              json: options.json,
              ...filters,
            },
            context.io,
            signal,
          ),
        ),
      );
    });

  addTopicsCommand(program, finish, context);
  addSourceCommands(program, finish, context);
}

interface SearchCommandOptions {
  readonly top: number;
  readonly collection?: string;
  readonly topic?: string;
  readonly entity?: string;
  readonly json: boolean;
}

/** `topics`. */
function addTopicsCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("topics")
    .description("what the documents are about, and whom and what they name")
    .option("--collection <name>", "only of this collection", nameArgument)
    .addOption(userOption())
    .addOption(groupOption())
    .addOption(jsonOption())
    .action(async (options: { collection?: string; json: boolean }) => {
      const { collection = null, json } = options;
      const wanted = { speaker: speakerOf(options), collection, json };
      finish(
        await context.withApplication(oneShot, (app, { signal }) =>
          runTopics(app, wanted, context.io, signal),
        ),
      );
    });
}

/** `sources list|add|sync|remove`. */
function addSourceCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const sources = program.command("sources").description("what the knowledge base holds");
  addSourceAdd(sources, finish, context);
  sources
    .command("list", { isDefault: true })
    .description("list sources")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runSourcesList(app, options, context.io, signal),
        ),
      );
    });
  sources
    .command("sync")
    .argument("[source]", "its path or address", filledArgument)
    .description("bring a source up to date, or all of them, as jobs in the background")
    .addOption(jsonOption())
    .action(async (source: string | undefined, options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runSourcesSync(app, { source: source ?? null, json: options.json }, context.io, signal),
        ),
      );
    });
  sources
    .command("remove")
    .argument("<source>", "its path, its address, or a collection", filledArgument)
    .description("remove a source by its path or URL, or a whole collection by its name")
    .addOption(jsonOption())
    .action(async (target: string, options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runSourcesRemove(app, { target, json: options.json }, context.io, signal),
        ),
      );
    });
}

interface AddOptions {
  readonly collection: string;
  readonly visibility?: string;
  readonly every?: number | null;
  readonly language?: Language | "any";
  readonly owner?: string;
  readonly depth?: number;
  readonly maxPages?: number;
  readonly clean?: readonly Cleaning[] | null;
  readonly redact?: readonly Redaction[] | null;
  readonly watch?: boolean;
  readonly git?: boolean;
  readonly json: boolean;
}

/** `sources add`: an ingest that keeps how the source is to be looked after. */
function addSourceAdd(
  sources: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  sources
    .command("add")
    .argument(
      "<source...>",
      "files, folders, web addresses or mailboxes (imap:NAME)",
      filledArguments,
    )
    .description(
      "add folders, files, web pages, sites, sitemaps or mailboxes, and say how they are looked after",
    )
    .addOption(collectionOption())
    .addOption(visibilityOption())
    .addOption(
      new Option(
        "--every <time>",
        "bring it up to date by itself: 30m, 12h, 7d, or never",
      ).argParser(intervalArgument),
    )
    .addOption(
      new Option("--language <code>", "language of its documents; any: told from each").choices([
        ...LANGUAGES,
        "any",
      ]),
    )
    .option("--owner <name>", "who answers for it")
    .option("--depth <n>", "links to follow from a web page", integerArgument(0, 10))
    .option(
      "--max-pages <n>",
      "most pages of a site or sitemap, mails of a mailbox",
      integerArgument(1, 50_000),
    )
    .option("--watch", "bring it up to date as soon as something changes there, while start runs")
    .option("--no-watch", "do not")
    .option("--git", "a checkout of Git: read what is committed, and cite the commit")
    .option("--no-git", "read the files as they lie in the folder")
    .addOption(
      new Option(
        "--clean <what>",
        `drop ${CLEANINGS.join(", ")}; none; default: as configured`,
      ).argParser(namesArgument(CLEANINGS)),
    )
    .addOption(
      new Option(
        "--redact <what>",
        `black out ${REDACTIONS.join(", ")}; all; none; default: as configured`,
      ).argParser(namesArgument(REDACTIONS)),
    )
    .addOption(jsonOption())
    .action(async (roots: string[], options: AddOptions) => {
      assertWatchable(roots, options);
      const wanted = options.visibility ?? context.config().knowledge.defaultVisibility;
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runIngest(
            app,
            {
              sources: roots,
              collection: options.collection,
              visibility: parseVisibility(wanted) ?? "internal",
              settings: settingsOf(options),
              json: options.json,
            },
            context.io,
            signal,
          ),
        ),
      );
    });
}

/** @throws FrontdeskError `usage` for what is no path and is to be watched */
function assertWatchable(roots: readonly string[], { watch }: AddOptions): void {
  if (watch !== true || roots.every(isPath)) return;
  throw new FrontdeskError(
    "usage",
    "Only folders and files can be watched; give a web site or a mailbox a schedule instead: --every 12h.",
  );
}

/** What was said, and nothing else: the rest stays as it was. */
function settingsOf(options: AddOptions): Partial<SourceSettings> {
  const { every, language, owner, depth, maxPages, clean, redact, watch, git } = options;
  return {
    ...(every === undefined ? {} : { everyMinutes: every }),
    ...(language === undefined ? {} : { language: language === "any" ? null : language }),
    ...(owner === undefined ? {} : { owner }),
    ...(depth === undefined ? {} : { depth }),
    ...(maxPages === undefined ? {} : { maxPages }),
    ...(clean === undefined ? {} : { clean }),
    ...(redact === undefined ? {} : { redact }),
    ...(watch === undefined ? {} : { watch }),
    ...(git === undefined ? {} : { git }),
  };
}

function collectionOption(): Option {
  return new Option("--collection <name>", "collection to put them in")
    .default("default")
    .argParser(nameArgument);
}

function visibilityOption(): Option {
  return new Option("--visibility <who>", "public, internal, group:NAME or user:ID").argParser(
    visibilityArgument,
  );
}
