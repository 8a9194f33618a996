import { join, posix } from "node:path";
import ignore, { type Ignore } from "ignore";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { DocumentRef, SourceListing } from "../../document.ts";
import { extensionOf, isReadableExtension, SUPPORTED_FORMATS } from "../formats.ts";
import { git } from "./git-command.ts";

const MAX_LIST_BYTES = 64 * 1024 * 1024;
const MAX_RULES_BYTES = 256 * 1024;
const IGNORE_FILE = ".frontdeskignore";
const ENTRY = /^(\d{6}) (\w+) ([\da-f]{40,64}) +(\d+|-)\t(.+)$/su;

interface Entry {
  readonly mode: string;
  readonly blob: string;
  readonly sizeBytes: number | null;
  /** Below the root, with `/`. */
  readonly path: string;
}

interface Rules {
  readonly folder: string;
  readonly matcher: Ignore;
}

/**
 * Lists the files of the commit that is checked out, below the root; what is not committed is not looked at.
 * @throws FrontdeskError `source_empty` and what {@link git} throws
 */
export async function listCheckout(root: string, signal: AbortSignal): Promise<SourceListing> {
  const call = { maxBytes: MAX_LIST_BYTES, signal };
  const commit = (await git(root, ["rev-parse", "--verify", "HEAD^{commit}"], call))
    .toString()
    .trim();
  const list = await git(root, ["ls-tree", "-r", "-z", "-l", commit, "--", "."], call);
  const entries = list.toString().split("\0").flatMap(readEntry);
  const rules = await readRules(root, entries, signal);
  const wanted = entries.filter(({ path }) => !isHidden(path) && !isIgnored(path, rules));
  const documents = wanted.filter(({ mode }) => mode.startsWith("100"));
  if (!documents.some(({ path }) => isReadableExtension(extensionOf(path)))) {
    throw new FrontdeskError(
      "source_empty",
      `commit ${commit.slice(0, 12)} of ${root} holds no document that can be read; supported are ${SUPPORTED_FORMATS}`,
    );
  }
  return {
    isContainer: true,
    documents: documents.map((entry) => refOf(entry, root, commit)),
    refused: wanted
      .filter(({ mode }) => !mode.startsWith("100"))
      .map(({ mode, path }) => ({
        source: join(root, path),
        reason:
          mode === "160000"
            ? "is a submodule; add its checkout as a source of its own"
            : "is a symbolic link, which is not followed in a checkout",
      })),
  };
}

function readEntry(line: string): readonly Entry[] {
  const [, mode = "", , blob = "", size = "", path = ""] = ENTRY.exec(line) ?? [];
  if (path === "") return [];
  return [{ mode, blob, path, sizeBytes: size === "-" ? null : Number(size) }];
}

function refOf({ blob, path, sizeBytes }: Entry, root: string, commit: string): DocumentRef {
  const source = join(root, path);
  return { source, root, sizeBytes, updatedAt: null, git: { folder: root, commit, blob } };
}

async function readRules(
  root: string,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<readonly Rules[]> {
  const rules: Rules[] = [];
  for (const { path, blob } of entries) {
    if (posix.basename(path) !== IGNORE_FILE) continue;
    const call = { maxBytes: MAX_RULES_BYTES, signal };
    const text = (await git(root, ["cat-file", "blob", blob], call)).toString();
    const folder = posix.dirname(path);
    rules.push({ folder: folder === "." ? "" : `${folder}/`, matcher: ignore().add(text) });
  }
  return rules;
}

function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "node_modules");
}

function isIgnored(path: string, rules: readonly Rules[]): boolean {
  return rules.some(
    ({ folder, matcher }) => path.startsWith(folder) && matcher.ignores(path.slice(folder.length)),
  );
}
