import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { FrontdeskError, systemErrorCode } from "../core/index.ts";
import type { DocumentShelf, GivenDocument, KeptOutcome } from "../ports/document-shelf.ts";
import type { DocumentOutcome, KnowledgeBase } from "../ports/knowledge-base.ts";

/** A shelf in a folder of this machine. */
export interface LocalShelf extends DocumentShelf {
  /** The path under which a document of this name is kept. */
  pathOf(collection: string, name: string): string;
  /** Takes a document out by its path; false when it is none of the shelf. */
  takeAt(path: string): Promise<boolean>;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._()-]{0,119}$/u;
/** What file systems take for a name. */
const MAX_NAME_BYTES = 255;

/** Names of people become names of files; `%` marks what would mean something in a path. */
function fileName(name: string): string {
  const encoded = name.replaceAll(/[%/\\:*?"<>|]/gu, (sign) => encodeURIComponent(sign));
  return encoded.startsWith(".") ? `%2E${encoded.slice(1)}` : encoded;
}

function assertName(name: string): void {
  if (NAME.test(name) && Buffer.byteLength(name) < MAX_NAME_BYTES) return;
  throw new FrontdeskError(
    "usage",
    "The name of a document is like that of a file: letters, digits, blanks, dots, brackets and dashes, up to 120 of them.",
  );
}

/** Creates the shelf in a folder. */
export function createDocumentShelf(options: {
  readonly folder: string;
  readonly knowledge: Pick<KnowledgeBase, "ingest" | "remove">;
}): LocalShelf {
  const { folder, knowledge } = options;
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, so that two of one name do not mix. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
  const pathOf = (collection: string, name: string): string =>
    join(folder, fileName(collection), fileName(name));

  /** Gives how many documents went. */
  const drop = async (path: string): Promise<number> => {
    const removed = await knowledge.remove({ root: path });
    await rm(path, { force: true });
    return removed;
  };

  async function read(
    path: string,
    { collection, visibility }: GivenDocument,
    signal: AbortSignal,
  ): Promise<DocumentOutcome | null> {
    // Ended with its outcome: the vectors are computed without anybody waiting for them.
    for await (const event of knowledge.ingest(
      { sources: [path], collection, visibility },
      { signal },
    )) {
      if (event.type === "document" && event.outcome.status !== "removed") return event.outcome;
    }
    return null;
  }

  return {
    pathOf,
    put: (document, { signal }) =>
      inTurn(async () => {
        assertName(document.name);
        const path = pathOf(document.collection, document.name);
        const before = `${path}.before`;
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const hasBefore = await moved(path, before);
        try {
          await writeFile(path, document.bytes, { mode: 0o600 });
          const kept = keptOf(await read(path, document, signal));
          await rm(before, { force: true });
          return kept;
        } catch (error) {
          await rm(path, { force: true });
          if (hasBefore) {
            await moved(before, path);
            await read(path, document, new AbortController().signal).catch(() => null);
          } else await knowledge.remove({ root: path });
          throw error;
        }
      }),
    take: ({ collection, name }) => inTurn(async () => (await drop(pathOf(collection, name))) > 0),
    takeAt: (path) =>
      inTurn(async () => {
        if (!path.startsWith(folder + sep)) return false;
        await drop(path);
        return true;
      }),
  };
}

/** @throws FrontdeskError why it was not taken, without its path, which is none of the caller's business */
function keptOf(outcome: DocumentOutcome | null): KeptOutcome {
  if (outcome === null || outcome.status === "removed") throw nothingIn();
  if ("chunks" in outcome) {
    if (outcome.chunks === 0) throw nothingIn();
    return outcome;
  }
  throw new FrontdeskError(outcome.code, `The document ${outcome.reason}`);
}

function nothingIn(): FrontdeskError {
  return new FrontdeskError("source_empty", "There is nothing to index in the document.");
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  }
}
