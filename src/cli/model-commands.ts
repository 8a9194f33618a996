import { join } from "node:path";
import type { Command } from "commander";
import { listModels, type ModelListing, verifyModels } from "../../models/index.ts";
import { FrontdeskError } from "../core/index.ts";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";
import { notYet } from "./not-yet.ts";
import { jsonOption } from "./options.ts";
import { table } from "./table.ts";

function size(bytes: number | null): string {
  if (bytes === null) return "?";
  const gigabytes = bytes / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
}

function rowOf(model: ModelListing): readonly string[] {
  const where = model.isBundled ? "bundled" : model.isInstalled ? "installed" : "not here";
  return [model.name, model.role, size(model.sizeBytes), model.languages.join(","), where];
}

function assertKnown(names: readonly string[], known: readonly ModelListing[]): void {
  const unknown = names.filter((name) => !known.some((model) => model.name === name));
  if (unknown.length === 0) return;
  throw new FrontdeskError(
    "model_not_found",
    `There is no model ${unknown.join(", ")} in the catalog; frontdesk models list shows them.`,
  );
}

/** `models list|verify|pull`. */
export function addModelCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const { io, signal } = context;
  const folder = (): { readonly directory: string } => ({
    directory: join(context.config().dataDir, "models"),
  });
  const models = program.command("models").description("the models that Frontdesk knows by name");

  models
    .command("list", { isDefault: true })
    .description("list the catalog")
    .addOption(jsonOption())
    .action((options: { json: boolean }) => {
      const found = listModels(folder());
      if (options.json) writeLine(io.stdout, JSON.stringify(found));
      else {
        const head = ["NAME", "ROLE", "SIZE", "LANGUAGES", "WHERE"];
        writeLine(io.stdout, table([head, ...found.map(rowOf)]));
        writeLine(
          io.stdout,
          `\nModels are looked for in ${folder().directory}; a path works as well.`,
        );
      }
      finish(0);
    });

  models
    .command("verify [name...]")
    .description("compare the model files on this machine with their checksums")
    .addOption(jsonOption())
    .action(async (names: string[], options: { json: boolean }) => {
      assertKnown(names, listModels(folder()));
      const found = await verifyModels(folder(), names.length === 0 ? null : names, { signal });
      const isBad = found.some(({ result }) => result !== "ok" && result !== "unpinned");
      if (options.json) writeLine(io.stdout, JSON.stringify(found));
      else {
        for (const { name, result, detail } of found) {
          writeLine(io.stdout, `${name}: ${result}${detail === "" ? "" : ` — ${detail}`}`);
        }
      }
      finish(isBad ? 1 : 0);
    });

  models
    .command("pull <name>")
    .description("download a model (not in this version)")
    .action(() =>
      notYet(
        "models pull",
        `Download the file yourself, put it into ${folder().directory}, and run frontdesk models verify.`,
      ),
    );
}
