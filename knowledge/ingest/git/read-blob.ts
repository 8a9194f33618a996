import type { DocumentRef, ReadOutcome } from "../../document.ts";
import { tooLarge } from "../faults.ts";
import { parseBytes } from "../parse-bytes.ts";
import { git } from "./git-command.ts";

/** Where a file of a checkout lies in its repository. */
export type GitPlace = NonNullable<DocumentRef["git"]>;

const VERSION = /^git:([\da-f]{40,64}):([\da-f]{40,64})$/u;
const LFS_POINTER = "version https://git-lfs.github.com/spec/";

/** What is kept with a document: the commit in which it stood when it was last looked at, and its blob. */
function versionOf({ commit, blob }: GitPlace): string {
  return `git:${commit}:${blob}`;
}

/** The commit that is kept with a document; null for what came from elsewhere. */
export function commitOf(version: string | null): string | null {
  return VERSION.exec(version ?? "")?.[1] ?? null;
}

/**
 * Reads one file out of the commit, as it was committed: no filter of the repository touches it. One whose blob is known is
 * not read again, whatever the commit.
 * @throws FrontdeskError `source_too_large` and what {@link git} throws
 */
export async function readBlob(
  ref: DocumentRef & { readonly git: GitPlace },
  call: {
    readonly knownHash: string | null;
    readonly knownVersion: string | null;
    readonly maxBytes: number;
    readonly parse: (path: string) => Promise<ReadOutcome>;
    readonly signal: AbortSignal;
  },
): Promise<ReadOutcome> {
  const { knownHash, knownVersion, maxBytes } = call;
  const version = versionOf(ref.git);
  if (knownHash !== null && VERSION.exec(knownVersion ?? "")?.[2] === ref.git.blob) {
    return { status: "unchanged", contentHash: knownHash, version };
  }
  if ((ref.sizeBytes ?? 0) > maxBytes) throw tooLarge(ref.sizeBytes ?? 0, maxBytes);
  const { folder, blob } = ref.git;
  const bytes = await git(folder, ["cat-file", "blob", blob], call);
  if (bytes.subarray(0, LFS_POINTER.length).toString() === LFS_POINTER) {
    return {
      status: "skipped",
      code: "document_unsupported",
      reason: "is kept in Git LFS, so that the repository holds only a pointer to it",
    };
  }
  const result = await parseBytes(bytes, "file", call.parse);
  return result.status === "read" ? { ...result, version } : result;
}
