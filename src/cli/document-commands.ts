import type { Command } from "commander";
import type { Application } from "../ports/application.ts";
import type { JudgedDocument, Standing } from "../ports/document-standings.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { filledArgument, jsonOption, nameArgument } from "./options.ts";
import { terminalSpeaker } from "./speaker.ts";
import { table } from "./table.ts";

const EFFECT: Readonly<Record<Standing, string>> = {
  hidden: "is hidden: nobody is answered from it any more.",
  boosted: "is boosted: it comes before others that answer as well.",
  normal: "counts as any other document again.",
};

/** Lists what is boosted or hidden, newest first. */
async function runDocumentsList(
  app: Pick<Application, "judgedDocuments">,
  options: { readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const all = await app.judgedDocuments({ signal });
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(all));
    return 0;
  }
  if (all.length === 0) {
    writeLine(
      io.stdout,
      "No document is boosted or hidden. See frontdesk documents hide|boost <document>.",
    );
    return 0;
  }
  const rows = all.map(({ standing, title, source, by, at }) => [
    standing,
    title,
    source,
    by,
    new Date(at).toISOString().slice(0, 16).replace("T", " "),
  ]);
  writeLine(io.stdout, table([["STANDING", "TITLE", "SOURCE", "BY", "SINCE (UTC)"], ...rows]));
  return 0;
}

/** Says how one document counts. */
async function runDocumentJudge(
  app: Pick<Application, "judgeDocument">,
  options: {
    readonly document: string;
    readonly standing: Standing;
    readonly by: string;
    readonly json: boolean;
  },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const { json, ...request } = options;
  const judged: JudgedDocument = await app.judgeDocument(request, { signal });
  const told = `“${judged.title}” (${judged.source}) ${EFFECT[judged.standing]}`;
  writeLine(io.stdout, json ? JSON.stringify(judged) : told);
  return 0;
}

const ACTS = [
  ["hide", "hidden", "answer from it no more, without removing it"],
  ["boost", "boosted", "let it come before others that answer as well"],
  ["reset", "normal", "let it count as any other again"],
] as const;

/** `documents list|hide|boost|reset`. */
export function addDocumentCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const documents = program
    .command("documents")
    .description("hide or boost single documents, after what people say of answers");
  documents
    .command("list", { isDefault: true })
    .description("list what is boosted or hidden, and who said so")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          runDocumentsList(app, options, context.io, signal),
        ),
      );
    });
  for (const [act, standing, description] of ACTS) {
    documents
      .command(act)
      .argument("<document>", "its title, path or address, or the end of one", filledArgument)
      .description(description)
      .option("--by <name>", "who says so; default: whoever is logged in", nameArgument)
      .addOption(jsonOption())
      .action(async (document: string, options: { by?: string; json: boolean }) => {
        const { displayName } = terminalSpeaker({ user: undefined, groups: [] });
        const by = options.by ?? displayName ?? "operator";
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            runDocumentJudge(
              app,
              { document, standing, by, json: options.json },
              context.io,
              signal,
            ),
          ),
        );
      });
  }
}
