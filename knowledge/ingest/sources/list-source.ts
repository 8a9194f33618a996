import type { Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../../src/core/index.ts";
import type { DocumentRef, SourceListing } from "../../document.ts";
import { extensionOf, isReadableExtension, SUPPORTED_FORMATS } from "../formats.ts";
import { isWebAddress } from "../web/web-address.ts";
import { walkFolder } from "./walk-folder.ts";

const STATS_AT_ONCE = 64;
const REFUSED = {
  leaves:
    "is a link that leads out of the folder and is not followed; name the place it leads to in an ingest of its own",
  "leads-nowhere": "is a link that leads nowhere; mend it or delete it",
  "no-file": "is neither a file nor a folder; only these are read",
} as const;

/**
 * Lists what a path or URL holds: one file, all files below a folder, or one web page (which is fetched when read).
 * @throws FrontdeskError `source_not_found`, `source_empty`, `source_unreadable`
 */
export async function listSource(root: string, signal: AbortSignal): Promise<SourceListing> {
  signal.throwIfAborted();
  if (isWebAddress(root)) return listPage(root);
  if (/^[a-z][a-z0-9+.-]+:\/\//iu.test(root)) {
    throw new FrontdeskError(
      "source_not_found",
      `${root} is of an unknown kind; give a path, or an address that begins with http:// or https://`,
    );
  }
  const path = resolve(root);
  const stats = await statRoot(path, root);
  if (stats.isFile()) {
    await assertReadable(path);
    return { isContainer: false, documents: [toRef(path, root, stats)], refused: [] };
  }
  if (!stats.isDirectory()) {
    throw new FrontdeskError(
      "source_unreadable",
      `${path} is neither a file nor a folder; give one of these, or a web address`,
    );
  }
  return await listFolder(path, root, signal);
}

function listPage(root: string): SourceListing {
  if (!URL.canParse(root)) {
    throw new FrontdeskError(
      "source_not_found",
      `${root} is not a valid web address; check how it is written`,
    );
  }
  const source = new URL(root);
  source.hash = "";
  return {
    isContainer: false,
    documents: [{ source: source.href, root, sizeBytes: null, updatedAt: null }],
    refused: [],
  };
}

async function statRoot(path: string, root: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") {
      throw new FrontdeskError(
        "source_not_found",
        `there is no file or folder ${path}${path === root ? "" : ` (given as ${root})`}; check the path`,
        { cause },
      );
    }
    throw unreadable(path, cause);
  }
}

/** Opens the file, since asking for permission answers for the real user and not for the one that acts. */
async function assertReadable(path: string): Promise<void> {
  try {
    const file = await open(path, "r");
    await file.close();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "source_unreadable",
    `${path} cannot be read (${systemErrorCode(cause) ?? errorMessage(cause)}); allow the user that runs Frontdesk to read it`,
    { cause },
  );
}

async function listFolder(path: string, root: string, signal: AbortSignal): Promise<SourceListing> {
  const walked = await walkFolder(path, signal);
  const { files } = walked;
  const refused = walked.refused.map(({ path: source, why }) => ({ source, reason: REFUSED[why] }));
  if (!files.some((file) => isReadableExtension(extensionOf(file)))) {
    throw new FrontdeskError(
      "source_empty",
      walked.refused.some(({ why }) => why === "leaves")
        ? `folder ${path} holds nothing but links that lead out of it, which are not followed; name the places they lead to`
        : `folder ${path} holds no document that can be read; supported are ${SUPPORTED_FORMATS}`,
    );
  }
  const documents: DocumentRef[] = [];
  for (let at = 0; at < files.length; at += STATS_AT_ONCE) {
    signal.throwIfAborted();
    const batch = files.slice(at, at + STATS_AT_ONCE);
    documents.push(...(await Promise.all(batch.map((file) => refOf(file, root)))));
  }
  return { isContainer: true, documents, refused };
}

/** A file that vanished or closed itself since it was listed keeps its place: reading it says what is wrong. */
async function refOf(file: string, root: string): Promise<DocumentRef> {
  try {
    return toRef(file, root, await stat(file));
  } catch {
    return { source: file, root, sizeBytes: null, updatedAt: null };
  }
}

function toRef(source: string, root: string, stats: Stats): DocumentRef {
  return { source, root, sizeBytes: stats.size, updatedAt: Math.round(stats.mtimeMs) };
}
