import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { FrontdeskError } from "../core/index.ts";
import type { CommandContext } from "./context.ts";
import type { Played } from "./dialogues/player.ts";
import type { PlayedScript } from "./dialogues/run-scripts.ts";
import { type Io, writeLine } from "./io.ts";
import { filledArguments, jsonOption } from "./options.ts";

const IS_SCRIPT = /\.ya?ml$/u;

/** Files of conversations under these paths, in order. */
function scriptFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new FrontdeskError("usage", `There is no ${path}.`);
    if (!statSync(path).isDirectory()) return [path];
    const found = readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => IS_SCRIPT.test(name))
      .toSorted()
      .map((name) => join(path, name));
    if (found.length > 0) return found;
    throw new FrontdeskError("usage", `${path} holds no file that ends in .yaml or .yml.`);
  });
}

function failureLines({ name, misses }: Played): readonly string[] {
  return [
    `  ✗ ${name}`,
    ...misses.flatMap(({ turn, step, what, expected, got }) => [
      `      turn ${turn} (${step}), ${what}`,
      `        expected: ${expected}`,
      `        got:      ${got.replaceAll("\n", " ").slice(0, 300)}`,
    ]),
  ];
}

/** Says how conversations went; failures with what was expected and what came. */
export function reportPlayed(
  results: readonly PlayedScript[],
  options: { readonly json: boolean },
  io: Io,
): number {
  const all = results.flatMap(({ played }) => played);
  const failed = all.filter(({ misses }) => misses.length > 0).length;
  if (options.json) {
    const text = JSON.stringify({ passed: all.length - failed, failed, results });
    writeLine(io.stdout, text);
    return failed === 0 ? 0 : 1;
  }
  for (const { file, played } of results) {
    const right = played.filter(({ misses }) => misses.length === 0);
    writeLine(io.stdout, `${file}: ${right.length} of ${played.length}`);
    for (const one of played.filter(({ misses }) => misses.length > 0)) {
      for (const line of failureLines(one)) writeLine(io.stdout, line);
    }
  }
  writeLine(io.stdout, `${all.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** `test`. */
export function addTestCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("test")
    .description("play conversations written in YAML and compare what is decided, cited and asked")
    .argument("<path...>", "files or folders", filledArguments)
    .addOption(jsonOption())
    .action(async (paths: readonly string[], options: { json: boolean }) => {
      const { readScript } = await import("./dialogues/script.ts");
      const { playScripts } = await import("./dialogues/run-scripts.ts");
      const scripts = scriptFiles(paths).map(readScript);
      const results = await playScripts(context.config(), scripts, context);
      finish(reportPlayed(results, options, context.io));
    });
}
