import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { isFrontdeskError } from "../../src/core/index.ts";
import type { DocumentReader, DocumentRef, ReadOutcome } from "../document.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "./chunk/chunk.ts";
import { fileFault, tooLarge } from "./faults.ts";
import { createLimiter } from "./limiter.ts";
import {
  createParserProcess,
  type ParserLimits,
  type ParserProcess,
} from "./parse/parser-process.ts";
import type { ParseJob, ParseResult } from "./parse/protocol.ts";
import { extensionOf, isReadableExtension, unsupportedReason } from "./sniff.ts";
import { listSource } from "./sources/list-source.ts";
import { isWebAddress } from "./web-address.ts";

/** What one document may cost; beyond, it gives a `failed` outcome. */
export interface ReadLimits extends ParserLimits {
  /** Size of a file or page. Default 50 MB. */
  readonly maxBytes: number;
  /** Pages of a PDF. Default 2,000. */
  readonly maxPages: number;
  /** Characters of text that a document may give. Default 20 million. */
  readonly maxTextLength: number;
}

/** The defaults of {@link ReadLimits}. */
export const READ_LIMITS: ReadLimits = {
  timeoutMs: 60_000,
  startTimeoutMs: 30_000,
  maxHeapMb: 512,
  maxRssMb: 1024,
  maxBytes: 50 * 1_048_576,
  maxPages: 2000,
  maxTextLength: 20_000_000,
};

/** Options of {@link createDocumentReader}. */
export interface DocumentReaderOptions {
  /** Documents read at once, each in a parser process of its own; further calls wait. Default 1. */
  readonly concurrency?: number;
  readonly limits?: Partial<ReadLimits>;
  /** Sizes of chunks. */
  readonly chunks?: Partial<ChunkLimits>;
}

/** Reads files, folders and web pages; parsing happens in child processes with limits. Close it to end them. */
export function createDocumentReader(options: DocumentReaderOptions = {}): DocumentReader {
  const limits: ReadLimits = { ...READ_LIMITS, ...options.limits };
  const chunks: ChunkLimits = { ...CHUNK_LIMITS, ...options.chunks };
  const limiter = createLimiter(options.concurrency ?? 1);
  const parsers: ParserProcess[] = [];
  const idle: ParserProcess[] = [];
  let lastId = 0;

  const parse = async (
    job: Pick<ParseJob, "path" | "source" | "mediaType" | "charset">,
    signal: AbortSignal,
  ): Promise<ParseResult> => {
    let parser = idle.pop();
    if (parser === undefined) {
      parser = createParserProcess(limits);
      parsers.push(parser);
    }
    lastId += 1;
    try {
      return await parser.parse({ ...job, ...limits, id: lastId, chunks }, { signal });
    } finally {
      idle.push(parser);
    }
  };

  const readFile = async (
    ref: DocumentRef,
    knownHash: string | null,
    signal: AbortSignal,
  ): Promise<ReadOutcome> => {
    const { size } = await stat(ref.source);
    if (size > limits.maxBytes) throw tooLarge(size, limits.maxBytes);
    if (knownHash !== null && (await hashFile(ref.source, signal)) === knownHash) {
      return { status: "unchanged", contentHash: knownHash };
    }
    return await parse(
      { path: ref.source, source: ref.source, mediaType: null, charset: null },
      signal,
    );
  };

  return {
    list: (root, { signal }) => listSource(root, signal),

    async read(ref, { knownHash, signal }) {
      const foreign = foreignByName(ref);
      if (foreign !== null) return foreign;
      return await limiter.run(async () => {
        try {
          return await readFile(ref, knownHash, signal);
        } catch (error) {
          signal.throwIfAborted();
          return toOutcome(error);
        }
      }, signal);
    },

    async close() {
      await Promise.all(parsers.map((parser) => parser.close()));
    },
  };
}

/** A file of a folder whose name already tells that it is none of ours; one named by itself is looked at first. */
function foreignByName(ref: DocumentRef): ReadOutcome | null {
  const extension = extensionOf(ref.source);
  if (isWebAddress(ref.source) || isReadableExtension(extension)) return null;
  if (ref.source === resolve(ref.root)) return null;
  return {
    status: "skipped",
    code: "document_unsupported",
    reason: unsupportedReason(`a .${extension} file`),
  };
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1_048_576 })) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

function toOutcome(error: unknown): ReadOutcome {
  const fault = isFrontdeskError(error) ? error : fileFault(error);
  if (fault === null) throw error;
  return { status: "failed", code: fault.code, reason: fault.message };
}
