import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { packageVersion } from "../../src/package-root.ts";

/** The compiled command line; `npm test` builds it first. */
const ENTRY = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));

/** How a command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly result: Promise<CommandResult>;
  stdout(): string;
  stderr(): string;
  /** Resolves once the output (either stream) matches; rejects when the command ends before. */
  until(pattern: RegExp): Promise<void>;
}

export interface CommandOptions {
  readonly dataDir: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Another copy of the program than the compiled one; see {@link installationWithout}. */
  readonly entry?: string;
}

/** A copy of the program in which some packages are not installed, as on a platform that has no binaries of them. */
export function installationWithout(isMissing: (packageName: string) => boolean): string {
  const root = join(freshFolder("frontdesk-install-"), "frontdesk");
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const original = fileURLToPath(new URL("../../", import.meta.url));
  cpSync(join(original, "dist"), join(root, "dist"), { recursive: true });
  for (const name of ["package.json", "models", "docs", "samples"]) {
    symlinkSync(join(original, name), join(root, name));
  }
  for (const name of readdirSync(join(original, "node_modules"))) {
    if (isMissing(name)) continue;
    symlinkSync(join(original, "node_modules", name), join(root, "node_modules", name));
  }
  return join(root, "dist", "src", "main.js");
}

/** A new, empty folder in the temporary directory. */
export function freshFolder(name = "frontdesk-test-"): string {
  return mkdtempSync(join(tmpdir(), name));
}

/** A data directory whose owner has removed the samples: nothing is read at the first start. */
export function folderWithoutSamples(): string {
  const dataDir = freshFolder();
  const marker = { version: packageVersion, collections: [] };
  writeFileSync(join(dataDir, "samples.json"), JSON.stringify(marker));
  return dataDir;
}

function cleanEnvironment(options: CommandOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FRONTDESK_|SLACK_|DISCORD_|REDIS_|CHROMA_|VITEST|NODE_OPTIONS)/u.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    FRONTDESK_DATA_DIR: options.dataDir,
    FRONTDESK_HTTP_PORT: "0",
    ...options.env,
  };
}

/** Starts `frontdesk …` as its own process. Without `input` standard input stays open. */
export function startCommand(args: readonly string[], options: CommandOptions): RunningCommand {
  const child = spawn(process.execPath, [options.entry ?? ENTRY, ...args], {
    cwd: options.cwd ?? options.dataDir,
    env: cleanEnvironment(options),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    notify();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    notify();
  });
  child.stdin.on("error", () => {});
  if (options.input !== undefined) child.stdin.end(options.input);
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    result,
    stdout: () => stdout,
    stderr: () => stderr,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(stdout) && !pattern.test(stderr)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        result.then(
          () => reject(new Error(`ended before ${pattern}:\n${stdout}\n${stderr}`)),
          reject,
        );
        check();
      }),
  };
}

/** Runs `frontdesk …` to its end. */
export function runCommand(
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return startCommand(args, { input: "", ...options }).result;
}

const lineSchema = z.record(z.string(), z.unknown());

/** What a command printed with `--json`: one object per line. */
export function jsonLines(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => lineSchema.parse(JSON.parse(line)));
}

/** The one JSON value that a command printed. */
export function jsonOf(stdout: string): unknown {
  const value: unknown = JSON.parse(stdout);
  return value;
}
