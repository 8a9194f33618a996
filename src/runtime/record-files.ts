import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { errorMessage, FrontdeskError, isFrontdeskError, systemErrorCode } from "../core/index.ts";
import type { RecordFiles } from "../ports/record-file.ts";

const TEMPORARY = /\.[0-9a-f]{12}\.part$/u;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "its folder does not exist",
};

function translate(path: string, error: unknown): unknown {
  if (isFrontdeskError(error)) return error;
  const code = systemErrorCode(error);
  if (code === null) return error;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const message = `The disk of ${path} is full; free some space.`;
    return new FrontdeskError("disk_full", message, { cause: error, retryable: true });
  }
  return new FrontdeskError(
    "export_failed",
    `${path} cannot be written: ${REASONS[code] ?? errorMessage(error)}. Choose another file.`,
    { cause: error },
  );
}

/** Another attempt that still writes loses its file by this, and fails when it wants to put it in place. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const isOurs = name.startsWith(`${basename(path)}.`) && TEMPORARY.test(name);
    if (isOurs) await rm(join(folder, name), { force: true });
  }
}

async function writeLines(
  file: FileHandle,
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const line of lines) {
      signal.throwIfAborted();
      await file.appendFile(`${line}\n`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename survives a power cut once its folder is on the disk; not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Writes into a folder of its own (made when the first file is), or wherever an absolute path leads. */
export function createRecordFiles(options: { readonly folder: string }): RecordFiles {
  const write = async (
    path: string,
    lines: AsyncIterable<string>,
    signal: AbortSignal,
  ): Promise<number> => {
    if (dirname(path) === resolve(options.folder)) {
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
    }
    await removeLeftovers(path);
    const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
    const file = await open(temporary, "wx", 0o600);
    try {
      await writeLines(file, lines, signal);
      const { size } = await stat(temporary);
      await rename(temporary, path);
      await syncFolder(dirname(path));
      return size;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };

  return {
    async write(name, lines, { signal }) {
      const path = resolve(options.folder, name);
      try {
        return { path, bytes: await write(path, lines, signal), machine: hostname() };
      } catch (error) {
        signal.throwIfAborted();
        throw translate(path, error);
      }
    },
  };
}
