import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { FrontdeskError, systemErrorCode } from "../../../src/core/index.ts";

/** Name of the file in a folder that says what not to read, written like `.gitignore`; counts for what is below it. */
const IGNORE_FILE = ".frontdeskignore";

interface IgnoreRules {
  readonly folder: string;
  readonly matcher: Ignore;
}

interface PendingFolder {
  readonly path: string;
  readonly rules: readonly IgnoreRules[];
}

/** What one folder holds, sorted into what is done with it. */
interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly PendingFolder[];
  /** Folders reached by a symbolic link: visited last, so that a document keeps its real path where it has one. */
  readonly linked: readonly PendingFolder[];
  readonly refused: readonly Refused[];
}

/** Why something in a folder is not read. */
type RefusedFor = "leaves" | "leads-nowhere" | "no-file";

interface Refused {
  readonly path: string;
  readonly why: RefusedFor;
}

/** What lies below a folder. */
interface WalkedFolder {
  readonly files: readonly string[];
  /**
   * What is neither read nor followed, by path: links to files and folders outside (whoever may write here must not choose
   * what is read there), links that lead nowhere, and pipes, sockets and devices.
   */
  readonly refused: readonly Refused[];
}

/**
 * Lists the absolute paths of all files below a folder, sorted. Leaves out hidden files, `node_modules` and what an
 * {@link IGNORE_FILE} names; follows links to folders below the root, each folder once, so loops end.
 * @throws FrontdeskError `source_unreadable` for a folder that may not be read: leaving it out silently would look as if
 * its documents had been deleted
 */
export async function walkFolder(root: string, signal: AbortSignal): Promise<WalkedFolder> {
  const realRoot = await realpath(root);
  const files: string[] = [];
  const refused: Refused[] = [];
  const visited = new Set<string>();
  const pending: PendingFolder[] = [{ path: root, rules: [] }];
  const linked: PendingFolder[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop() ?? linked.shift()) {
    signal.throwIfAborted();
    const real = await realpath(next.path);
    if (visited.has(real)) continue;
    visited.add(real);
    const content = await readFolder(next, realRoot);
    files.push(...content.files);
    refused.push(...content.refused);
    pending.push(...content.folders);
    linked.push(...content.linked);
  }
  return { files: files.sort(), refused: refused.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function readFolder(folder: PendingFolder, realRoot: string): Promise<FolderContent> {
  const entries = await readEntries(folder.path);
  const rules = entries.some((entry) => entry.name === IGNORE_FILE)
    ? [...folder.rules, await readRules(folder.path)]
    : folder.rules;
  const files: string[] = [];
  const folders: PendingFolder[] = [];
  const linked: PendingFolder[] = [];
  const refused: Refused[] = [];
  for (const entry of entries) {
    const path = join(folder.path, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const kind = await kindOf(entry, path);
    if (isIgnored(path, kind === "folder", rules)) continue;
    if (kind === "leads-nowhere") refused.push({ path, why: kind });
    else if (entry.isSymbolicLink() && !isInside(await realpath(path), realRoot)) {
      refused.push({ path, why: "leaves" });
    } else if (kind === "no-file") refused.push({ path, why: kind });
    else if (kind === "file") files.push(path);
    else (entry.isSymbolicLink() ? linked : folders).push({ path, rules });
  }
  return { files, folders, linked, refused };
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function readEntries(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (cause) {
    throw new FrontdeskError(
      "source_unreadable",
      `folder ${path} cannot be read (${systemErrorCode(cause) ?? "unknown error"}); allow it to be read, or name it in ${IGNORE_FILE}`,
      { cause },
    );
  }
}

async function kindOf(
  entry: Dirent,
  path: string,
): Promise<"file" | "folder" | "leads-nowhere" | "no-file"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "no-file";
  try {
    const target = await stat(path);
    if (target.isFile()) return "file";
    return target.isDirectory() ? "folder" : "no-file";
  } catch {
    return "leads-nowhere";
  }
}

async function readRules(folder: string): Promise<IgnoreRules> {
  const text = await readFile(join(folder, IGNORE_FILE), "utf8");
  return { folder, matcher: ignore().add(text) };
}

function isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
  return rules.some(({ folder, matcher }) => {
    const name = relative(folder, path).split(sep).join("/");
    return matcher.ignores(isFolder ? `${name}/` : name);
  });
}
