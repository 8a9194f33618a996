import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { ModelListing } from "../../models/index.ts";
import { FrontdeskError } from "../core/index.ts";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";
import { addSwapCommand } from "./model-swap.ts";
import { jsonOption } from "./options.ts";
import { table } from "./table.ts";

type Finish = (code: number) => void;

/** Loaded by the commands that use it: the others start sooner. */
const loadModels = () => import("../../models/index.ts");

function rowOf(model: ModelListing, sizeText: (bytes: number) => string): readonly string[] {
  const where = model.isBundled ? "bundled" : model.isInstalled ? "installed" : "not here";
  const size = model.sizeBytes === null ? "?" : sizeText(model.sizeBytes);
  const memory = model.needsBytes === null ? "?" : sizeText(model.needsBytes);
  const fits = model.fits === null ? "?" : model.fits ? "yes" : "no";
  const languages = model.languages.join(",");
  return [model.name, model.role ?? "own", size, memory, fits, languages, where];
}

function assertKnown(names: readonly string[], known: readonly ModelListing[]): void {
  const unknown = names.filter((name) => !known.some((model) => model.name === name));
  if (unknown.length === 0) return;
  throw new FrontdeskError(
    "model_not_found",
    `There is no model ${unknown.join(", ")} in the catalog; frontdesk models list shows them.`,
  );
}

function sha256Argument(text: string): string {
  if (/^[0-9a-f]{64}$/iu.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("It must have 64 hexadecimal digits.");
}

function folderOf(context: CommandContext): { readonly directory: string } {
  return { directory: join(context.config().dataDir, "models") };
}

function addList(models: Command, finish: Finish, context: CommandContext): void {
  models
    .command("list", { isDefault: true })
    .description("list the catalog, what is here, and what fits into the memory of this machine")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      const { freeMemoryBytes, listModels, planText, sizeText } = await loadModels();
      const { memoryPlan } = await import("../compose-memory.ts");
      const { stdout } = context.io;
      const folder = folderOf(context);
      const free = freeMemoryBytes();
      const plan = memoryPlan(context.config(), free);
      const found = listModels(folder, free, plan);
      if (options.json) writeLine(stdout, JSON.stringify(found));
      else {
        const head = ["NAME", "ROLE", "SIZE", "MEMORY", "FITS NOW", "LANGUAGES", "WHERE"];
        writeLine(stdout, table([head, ...found.map((model) => rowOf(model, sizeText))]));
        writeLine(stdout, `\nConfigured: ${planText(plan)}.`);
        writeLine(stdout, `Models are looked for in ${folder.directory}; a path works as well.`);
      }
      finish(0);
    });
}

function addVerify(models: Command, finish: Finish, context: CommandContext): void {
  models
    .command("verify [name...]")
    .description("compare the model files on this machine with their checksums")
    .addOption(jsonOption())
    .action(async (names: string[], options: { json: boolean }) => {
      const { listModels, verifyModels } = await loadModels();
      const { io, signal } = context;
      const folder = folderOf(context);
      assertKnown(names, listModels(folder));
      const found = await verifyModels(folder, names.length === 0 ? null : names, { signal });
      const isBad = found.some(({ result }) => result !== "ok" && result !== "unpinned");
      if (options.json) writeLine(io.stdout, JSON.stringify(found));
      else {
        for (const { name, result, detail } of found) {
          writeLine(io.stdout, `${name}: ${result}${detail === "" ? "" : ` — ${detail}`}`);
        }
      }
      finish(isBad ? 1 : 0);
    });
}

interface PullFlags {
  readonly url?: string;
  readonly sha256?: string;
  readonly anyway: boolean;
  readonly json: boolean;
}

function addPull(models: Command, finish: Finish, context: CommandContext): void {
  models
    .command("pull <model>")
    .description("download a model of the catalog, or a .gguf file by its address")
    .option("--url <address>", "take a catalog model from this address instead")
    .option("--sha256 <hash>", "what the file must be, for files of your own", sha256Argument)
    .option("--anyway", "do not ask whether it fits into memory and on the disk", false)
    .addOption(jsonOption())
    .action(async (model: string, flags: PullFlags) => {
      const command = {
        model,
        directory: folderOf(context).directory,
        url: flags.url ?? null,
        mirror: context.config().models.mirror,
        sha256: flags.sha256 ?? null,
        anyway: flags.anyway,
        json: flags.json,
      };
      const { runPull } = await import("./model-pull.ts");
      finish(await runPull(command, context.io, context.signal));
    });
}

function addImport(models: Command, finish: Finish, context: CommandContext): void {
  models
    .command("import <file>")
    .description("take in a model file that came by other ways, for machines without a network")
    .option(
      "--as <name>",
      "the model of the catalog that it is (default: found by checksum or name)",
    )
    .addOption(jsonOption())
    .action(async (path: string, flags: { as?: string; json: boolean }) => {
      const { importModel, sizeText } = await loadModels();
      const { variableOf } = await import("./model-pull.ts");
      const { io, signal } = context;
      const folder = folderOf(context);
      const imported = await importModel({ path, as: flags.as ?? null, folder, signal });
      if (flags.json) writeLine(io.stdout, JSON.stringify(imported));
      else {
        const { name, sizeBytes, verifiedBy } = imported;
        writeLine(io.stdout, `${name}: ${sizeText(sizeBytes)}, sha256 ${verifiedBy}`);
        writeLine(io.stdout, `Use it with ${variableOf(imported.role)}=${name}`);
      }
      finish(0);
    });
}

/** `models list|pull|verify|import|swap`. */
export function addModelCommands(program: Command, finish: Finish, context: CommandContext): void {
  const models = program.command("models").description("the models that Frontdesk knows by name");
  addList(models, finish, context);
  addPull(models, finish, context);
  addVerify(models, finish, context);
  addImport(models, finish, context);
  addSwapCommand(models, finish, context);
}
