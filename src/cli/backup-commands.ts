import { resolve } from "node:path";
import type { Command } from "commander";
import { packageVersion } from "../package-root.ts";
import { makeBackup, openDataDirectory, restoreBackup } from "../runtime/index.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { lockedError } from "./open-application.ts";
import { filledArgument, jsonOption } from "./options.ts";
import { createProgressBar } from "./progress-bar.ts";

type Follow = (done: number, of: number, path: string) => void;

/** Runs with a bar that tells which file it is at. */
async function following<Result>(
  io: Io,
  title: string,
  work: (onFile: Follow) => Promise<Result>,
): Promise<Result> {
  const bar = createProgressBar(io, title);
  try {
    return await work((done, of, path) => bar.advance(done, of, path));
  } finally {
    bar.end();
  }
}

async function backup(context: CommandContext, folder: string, isJson: boolean): Promise<number> {
  const { io, signal } = context;
  const { dataDir, redisUrl } = context.config();
  const target = resolve(folder);
  const conversations = redisUrl === null ? "sqlite" : "redis";
  const manifest = await following(io, "Making a backup", (onFile) =>
    makeBackup({
      ...{ dataDir, folder: target, version: packageVersion, conversations },
      now: new Date(),
      onFile,
      signal,
    }),
  );
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  if (isJson) {
    const { createdAt, files } = manifest;
    writeLine(io.stdout, JSON.stringify({ folder: target, createdAt, files: files.length, bytes }));
    return 0;
  }
  const { sizeText } = await import("../../models/index.ts");
  const files = manifest.files.length === 1 ? "1 file" : `${manifest.files.length} files`;
  writeLine(io.stdout, `${target}: ${files}, ${sizeText(bytes)}`);
  writeLine(io.stdout, "Not in it: models, logs and your configuration (frontdesk.yaml, .env).");
  if (conversations === "redis") {
    writeLine(io.stdout, "Conversations lie in Redis; back that up with its own means.");
  }
  return 0;
}

async function restore(context: CommandContext, folder: string, isJson: boolean): Promise<number> {
  const { io, signal } = context;
  const { dataDir } = context.config();
  const directory = openDataDirectory(dataDir);
  if (directory === null) throw lockedError(dataDir);
  try {
    const source = resolve(folder);
    const { manifest, away } = await following(io, "Restoring", (onFile) =>
      restoreBackup({ directory, folder: source, now: new Date(), onFile, signal }),
    );
    const { createdAt, frontdesk, files } = manifest;
    if (isJson) {
      writeLine(
        io.stdout,
        JSON.stringify({ dataDir, createdAt, frontdesk, files: files.length, away }),
      );
      return 0;
    }
    writeLine(io.stdout, `${dataDir} is as it was at ${createdAt} (Frontdesk ${frontdesk}).`);
    if (away !== null) {
      writeLine(io.stdout, `What was there before lies in ${away}; delete it when all is well.`);
    }
    return 0;
  } finally {
    directory.release();
  }
}

/** `backup` and `restore`. */
export function addBackupCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("backup")
    .argument("<folder>", "a new folder", filledArgument)
    .description("copy everything that the data directory holds, also while Frontdesk runs")
    .addOption(jsonOption())
    .action(async (folder: string, { json }: { json: boolean }) =>
      finish(await backup(context, folder, json)),
    );
  program
    .command("restore")
    .argument("<folder>", "what `backup` has made", filledArgument)
    .description("check a backup and put it in the place of what the data directory holds")
    .addOption(jsonOption())
    .action(async (folder: string, { json }: { json: boolean }) =>
      finish(await restore(context, folder, json)),
    );
}
