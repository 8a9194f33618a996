import { join } from "node:path";
import type { Command } from "commander";
import { createLogger } from "../../logger.ts";
import type { CommandContext } from "../context.ts";
import { filledArgument, jsonOption } from "../options.ts";

interface RetrievalOptions {
  readonly data: string;
  readonly corpus?: string;
  readonly lang?: string;
  readonly json: boolean;
}

/** `eval retrieval`. */
export function addEvalRetrieval(
  group: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  group
    .command("retrieval")
    .description("how often search finds the right passage, beside plain BM25")
    .requiredOption(
      "--data <file>",
      "questions in JSON lines, with what answers them",
      filledArgument,
    )
    .option(
      "--corpus <path>",
      "what is searched: passages in JSON lines, or documents (default: what is ingested)",
      filledArgument,
    )
    .option("--lang <code>", "only questions and passages of this language", filledArgument)
    .addOption(jsonOption())
    .action(async ({ data, corpus, lang, json }: RetrievalOptions) => {
      const { io, signal } = context;
      const config = context.config();
      const path = config.log.file ?? join(config.dataDir, "frontdesk.log");
      const logger = createLogger(config.log.level, { type: "file", path });
      const { runRetrievalEvaluation } = await import("./retrieval.ts");
      const sets = { data, corpus: corpus ?? null, lang: lang ?? null };
      finish(await runRetrievalEvaluation({ ...sets, config, json, logger, signal }, io));
    });
}
