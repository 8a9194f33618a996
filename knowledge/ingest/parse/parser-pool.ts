import { FrontdeskError } from "../../../src/core/index.ts";
import type { ChunkLimits } from "../chunk/chunk.ts";
import type { ParserLimits } from "./parser-limits.ts";
import { createParserProcess, type ParserProcess } from "./parser-process.ts";
import type { ParseJob, ParseResult } from "./protocol.ts";

/** Limits of a parser and of what it reads. */
export interface PoolLimits extends ParserLimits {
  readonly maxBytes: number;
  readonly maxPages: number;
  readonly maxTextLength: number;
}

/** A file to be read: where it lies, under which name it is known, and what its server said about it. */
type ParserFile = Pick<
  ParseJob,
  "path" | "source" | "mediaType" | "charset" | "language" | "cleaning"
>;

/** As many parser processes as documents are read at once, each used for many documents. */
export interface ParserPool {
  /** @throws what {@link ParserProcess.parse} throws; FrontdeskError `internal` after `close` */
  parse(file: ParserFile, call: { readonly signal: AbortSignal }): Promise<ParseResult>;
  /** Ends the parsers, also in the middle of a document. */
  close(): Promise<void>;
}

/** Makes a pool; processes come up as they are needed. Who calls bounds how many documents are read at once. */
export function createParserPool(limits: PoolLimits, chunks: ChunkLimits): ParserPool {
  const all: ParserProcess[] = [];
  const idle: ParserProcess[] = [];
  const { maxBytes, maxPages, maxTextLength } = limits;
  let isClosed = false;
  let lastId = 0;

  const take = (): ParserProcess => {
    const parser = idle.pop() ?? createParserProcess(limits);
    if (!all.includes(parser)) all.push(parser);
    return parser;
  };

  return {
    async parse(file, call) {
      if (isClosed) throw new FrontdeskError("internal", "the document reader is closed");
      const parser = take();
      lastId += 1;
      try {
        return await parser.parse(
          { ...file, id: lastId, maxBytes, maxPages, maxTextLength, chunks },
          call,
        );
      } finally {
        idle.push(parser);
      }
    },

    async close() {
      isClosed = true;
      await Promise.all(all.map((parser) => parser.close()));
    },
  };
}
