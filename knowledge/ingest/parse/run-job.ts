import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import {
  type ErrorCode,
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
} from "../../../src/core/index.ts";
import { fileFault, tooLarge } from "../faults.ts";
import { extensionOf, unsupportedReason } from "../formats.ts";
import { type Sniffed, sniffDocument } from "../sniff.ts";
import { parseDocument } from "./parse-document.ts";
import type { ParseJob, ParseResult } from "./protocol.ts";

/** Reads one file from its bytes to its chunks; every fault of the document is a result. */
export async function runParseJob(job: ParseJob): Promise<ParseResult> {
  try {
    const bytes = await readBounded(job.path, job.maxBytes);
    // Before parsing: the PDF library takes the bytes away.
    const contentHash = createHash("sha256").update(bytes).digest("hex");
    const kind = await sniffDocument(bytes, {
      extension: extensionOf(job.source),
      mediaType: job.mediaType,
    });
    if (kind.kind === "empty" || kind.kind === "unsupported") return skipped(kind);
    const { document, warning } = await parseDocument(
      { kind: kind.kind, bytes, source: job.source, charset: job.charset },
      {
        chunks: job.chunks,
        maxPages: job.maxPages,
        language: job.language,
        cleaning: job.cleaning,
      },
    );
    if (document.chunks.length === 0) return skipped({ kind: "empty" });
    const length = document.chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
    if (length > job.maxTextLength) {
      throw new FrontdeskError(
        "source_too_large",
        `gives ${length} characters of text, more than ${job.maxTextLength}; split it into smaller documents`,
      );
    }
    return { status: "read", contentHash, document, warning };
  } catch (error) {
    return toFailure(error);
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function skipped(kind: Extract<Sniffed, { readonly kind: "empty" | "unsupported" }>): ParseResult {
  if (kind.kind === "empty") {
    return {
      status: "skipped",
      code: "source_empty",
      reason: "holds no text; there is nothing to index",
    };
  }
  return {
    status: "skipped",
    code: "document_unsupported",
    reason: unsupportedReason(kind.looksLike),
  };
}

/** Nothing to index, or nothing of ours: a person need not mend it. */
const NO_FAULT: ReadonlySet<ErrorCode> = new Set(["source_empty", "document_unsupported"]);

function toFailure(error: unknown): ParseResult {
  const known = isFrontdeskError(error) ? error : fileFault(error);
  if (known !== null) {
    const status = NO_FAULT.has(known.code) ? "skipped" : "failed";
    return { status, code: known.code, reason: known.message };
  }
  return {
    status: "failed",
    code: "document_broken",
    reason: `cannot be parsed (${errorMessage(error)}); open it in its own program and save it again`,
  };
}
