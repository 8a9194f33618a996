import {
  type ErrorCode,
  errorMessage,
  FrontdeskError,
  systemErrorCode,
} from "../../src/core/index.ts";

const GONE = ["source_not_found", "is no longer there; ingest its folder again"] as const;
const FORBIDDEN = [
  "source_unreadable",
  "may not be read; allow the user that runs Frontdesk to read it",
] as const;
const UNREADABLE = ["source_unreadable", "cannot be read from the disk; check the disk"] as const;

const FILE_FAULTS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: GONE,
  ENOTDIR: GONE,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EIO: UNREADABLE,
  EISDIR: UNREADABLE,
  ELOOP: UNREADABLE,
};

/** Translates what the file system says about one document; null when it is something else. Reads on from its path. */
export function fileFault(error: unknown): FrontdeskError | null {
  const code = systemErrorCode(error) ?? "";
  const [kind, reason] = FILE_FAULTS[code] ?? [null, ""];
  return kind === null ? null : new FrontdeskError(kind, reason, { cause: error });
}

/** The fault of a document over the size limit. Reads on from its path. */
export function tooLarge(sizeBytes: number, maxBytes: number): FrontdeskError {
  const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
  return new FrontdeskError(
    "source_too_large",
    `has ${megabytes(sizeBytes)} MB, more than ${megabytes(maxBytes)} MB; split it or raise the limit`,
  );
}

/** The fault of a document with a password. Reads on from its path. */
export function encrypted(cause?: unknown): FrontdeskError {
  return new FrontdeskError(
    "document_encrypted",
    "is protected by a password; remove the password and ingest it again",
    { cause },
  );
}

/**
 * The fault of a document that its reader could not make sense of. Reads on from its path.
 * @param what what it is taken for: "Word file"
 */
export function brokenDocument(what: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "document_broken",
    `is a broken ${what} (${errorMessage(cause)}); open it in its own program and save it again`,
    { cause },
  );
}
