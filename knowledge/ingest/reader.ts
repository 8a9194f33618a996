import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { LookupFunction } from "node:net";
import { resolve } from "node:path";
import {
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
  type Language,
} from "../../src/core/index.ts";
import type {
  CleaningPlan,
  DocumentReader,
  DocumentRef,
  ReadOutcome,
  SiteScope,
} from "../document.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "./chunk/chunk.ts";
import { fileFault, tooLarge } from "./faults.ts";
import { extensionOf, isReadableExtension, unsupportedReason } from "./formats.ts";
import { listCheckout } from "./git/list-checkout.ts";
import { readBlob } from "./git/read-blob.ts";
import { createLimiter } from "./limiter.ts";
import { isMailbox } from "./mailbox/mailbox-address.ts";
import { createMailboxSessions, type MailboxAccount } from "./mailbox/mailbox-sessions.ts";
import { listMailbox, readMailOf } from "./mailbox/read-mailbox.ts";
import { createParserPool, type ParserPool, type PoolLimits } from "./parse/parser-pool.ts";
import { listSource } from "./sources/list-source.ts";
import { NAMED_PAGE_LIMITS } from "./web/fetch-page.ts";
import { createGuardedDispatcher, type OutgoingRequest } from "./web/guarded-dispatcher.ts";
import { listSite, looksLikeSitemap } from "./web/list-site.ts";
import { createPageShelf, type PageShelf } from "./web/page-shelf.ts";
import { isWebAddress } from "./web/web-address.ts";
import { createWebReader, type WebReader } from "./web/web-reader.ts";

/** What one document may cost; beyond, it gives a `failed` outcome. */
interface ReadLimits extends PoolLimits {
  /** Download of one page. Default 30 s. */
  readonly fetchTimeoutMs: number;
}

/** The defaults of {@link ReadLimits}. */
const READ_LIMITS: ReadLimits = {
  timeoutMs: 60_000,
  startTimeoutMs: 30_000,
  maxHeapMb: 512,
  maxRssMb: 1024,
  maxBytes: NAMED_PAGE_LIMITS.maxBytes,
  fetchTimeoutMs: NAMED_PAGE_LIMITS.timeoutMs,
  maxPages: 2000,
  maxTextLength: 20_000_000,
};

/** Options of {@link createDocumentReader}. */
export interface DocumentReaderOptions {
  /** Documents read at once, each in a parser process of its own; further calls wait. Default 1. */
  readonly concurrency?: number;
  readonly limits?: Partial<ReadLimits>;
  /** Lets web addresses lead to private, loopback and link-local hosts. Default false. */
  readonly allowPrivate?: boolean;
  /** Resolves the hosts of web addresses. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** Told of every request to a web server before it is sent. */
  readonly onRequest?: (request: OutgoingRequest) => void;
  /** Whether what sites forbid to programs (`robots.txt`) stays unread. Default true. */
  readonly heedsRobots?: boolean;
  /** Least time between two requests to one site, in milliseconds. Default 500. */
  readonly pauseMs?: number;
  /** Mailboxes that may be read, by name. Default: none. */
  readonly mailboxes?: Readonly<Record<string, MailboxAccount>>;
  /** Sizes of chunks. */
  readonly chunks?: Partial<ChunkLimits>;
}

const PAUSE_MS = 500;
/** What nobody said of a file. */
const PLAIN = { mediaType: null, charset: null } as const;
const AS_IT_IS: CleaningPlan = { clean: [], redact: [] };
/** Sitemaps are read whole, up to this. */
const DEFAULT_SCOPE: SiteScope = { depth: 0, maxPages: 1_000 };

/** Reads files, folders and web pages; parsing happens in child processes with limits. Close it to end them. */
export function createDocumentReader(options: DocumentReaderOptions = {}): DocumentReader {
  const limits: ReadLimits = { ...READ_LIMITS, ...options.limits };
  const limiter = createLimiter(options.concurrency ?? 1);
  const parsers = createParserPool(limits, { ...CHUNK_LIMITS, ...options.chunks });
  const dispatcher = createGuardedDispatcher(options);
  const web = createWebReader({
    dispatcher,
    limits: { maxBytes: limits.maxBytes, timeoutMs: limits.fetchTimeoutMs },
    heedsRobots: options.heedsRobots ?? true,
    pauseMs: options.pauseMs ?? PAUSE_MS,
  });
  const shelf = createPageShelf();
  const sessions = createMailboxSessions({
    accounts: options.mailboxes ?? {},
    onConnect: ({ host, port, tls }) => {
      const origin = `${tls === "on" ? "imaps" : "imap"}://${host}:${port}`;
      options.onRequest?.({ method: "CONNECT", origin, path: "/" });
    },
  });

  return {
    async list(root, { signal, scope = DEFAULT_SCOPE, isGit = false }) {
      if (isMailbox(root)) {
        return await listMailbox(root, { sessions, maxMails: scope.maxPages, signal });
      }
      if (isGit) return await listCheckout(await folderOf(root), signal);
      const listing = await listSource(root, signal);
      if (!isWebAddress(root) || (scope.depth === 0 && !looksLikeSitemap(root))) return listing;
      return (await listSite(root, scope, { web, shelf, signal })) ?? listing;
    },

    async read(ref, call) {
      const { knownHash, knownVersion = null, language = null, cleaning = AS_IT_IS, signal } = call;
      const foreign = foreignByName(ref);
      if (foreign !== null) return foreign;
      return await limiter.run(async () => {
        try {
          const { git } = ref;
          if (git !== undefined) {
            const parse = (path: string): Promise<ReadOutcome> =>
              parsers.parse({ path, source: ref.source, ...PLAIN, language, cleaning }, { signal });
            const { maxBytes } = limits;
            return await readBlob(
              { ...ref, git },
              { knownHash, knownVersion, maxBytes, parse, signal },
            );
          }
          if (isMailbox(ref.source)) {
            const { source } = ref;
            const parse = (path: string): Promise<ReadOutcome> =>
              parsers.parse({ path, source, ...PLAIN, language, cleaning }, { signal });
            const { maxBytes } = limits;
            return await readMailOf(ref, { sessions, knownHash, maxBytes, parse, signal });
          }
          return isWebAddress(ref.source)
            ? await readPage(ref.source, {
                knownHash,
                knownVersion,
                language,
                cleaning,
                parsers,
                web,
                shelf,
                signal,
              })
            : await readFile(ref.source, {
                knownHash,
                language,
                cleaning,
                limits,
                parsers,
                signal,
              });
        } catch (error) {
          signal.throwIfAborted();
          return toOutcome(error);
        }
      }, signal);
    },

    async close() {
      await Promise.all([parsers.close(), dispatcher.destroy(), shelf.clear(), sessions.close()]);
    },
  };
}

interface ReadCall {
  readonly knownHash: string | null;
  readonly language: Language | null;
  readonly cleaning: CleaningPlan;
  readonly parsers: ParserPool;
  readonly signal: AbortSignal;
}

async function readFile(
  path: string,
  call: ReadCall & { readonly limits: ReadLimits },
): Promise<ReadOutcome> {
  const { knownHash, language, cleaning, limits, parsers, signal } = call;
  const { size } = await stat(path);
  if (size > limits.maxBytes) throw tooLarge(size, limits.maxBytes);
  if (knownHash !== null && (await hashFile(path, signal)) === knownHash) {
    return { status: "unchanged", contentHash: knownHash };
  }
  return await parsers.parse({ path, source: path, ...PLAIN, language, cleaning }, { signal });
}

async function readPage(
  address: string,
  call: ReadCall & {
    readonly knownVersion: string | null;
    readonly web: WebReader;
    readonly shelf: PageShelf;
  },
): Promise<ReadOutcome> {
  const { knownHash, language, cleaning, parsers, signal } = call;
  // Without the text that a version stands for, it is of no use.
  const knownVersion = knownHash === null ? null : call.knownVersion;
  const page =
    call.shelf.take(address) ?? (await call.web.fetch(address, { knownVersion, signal }));
  if (page === null) return { status: "unchanged", contentHash: knownHash ?? "" };
  try {
    const version = page.version === null ? {} : { version: page.version };
    if (page.contentHash === knownHash) {
      return { status: "unchanged", contentHash: knownHash, ...version };
    }
    const { path, url, mediaType, charset } = page;
    const file = { path, source: url, mediaType, charset, language, cleaning };
    const result = await parsers.parse(file, { signal });
    return result.status === "read" ? { ...result, ...version } : result;
  } finally {
    await page.remove();
  }
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

/** @throws FrontdeskError `source_not_found` for what is no folder */
async function folderOf(root: string): Promise<string> {
  const path = resolve(root);
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder && !isWebAddress(root)) return path;
  throw new FrontdeskError(
    "source_not_found",
    `there is no folder ${path}; with --git, give the folder of a checkout on this machine`,
  );
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
  const [code, reason] =
    fault === null
      ? (["internal", `cannot be read (${errorMessage(error)})`] as const)
      : ([fault.code, fault.message] as const);
  return { status: "failed", code, reason };
}
