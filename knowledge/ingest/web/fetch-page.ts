import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dispatcher, fetch, type Response } from "undici";
import {
  FrontdeskError,
  isFrontdeskError,
  systemErrorCode,
  timeLimit,
} from "../../../src/core/index.ts";
import { tooLarge } from "../faults.ts";
import { USER_AGENT } from "./user-agent.ts";

/** Limits of one download. */
export interface FetchLimits {
  readonly maxBytes: number;
  /** For the whole download, redirects included. */
  readonly timeoutMs: number;
}

/** The limits for an address that the operator named. */
export const NAMED_PAGE_LIMITS: FetchLimits = { maxBytes: 50 * 1_048_576, timeoutMs: 30_000 };

/** A page on disk. */
export interface FetchedPage {
  /** File that holds its bytes, decompressed. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 (hex) of the bytes. */
  readonly contentHash: string;
  /** Where it was found after redirects. */
  readonly url: string;
  readonly mediaType: string | null;
  /** Encoding that the server declares. */
  readonly charset: string | null;
  /** What the server calls this version of the page; null when it does not say. */
  readonly version: string | null;
  /** Deletes the file. */
  remove(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const HEADERS = {
  "user-agent": USER_AGENT,
  accept: "text/html, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.1",
};

/** How a page is asked for. */
export interface FetchCall {
  readonly dispatcher: Dispatcher;
  readonly limits: FetchLimits;
  /** The version that is known already, as {@link FetchedPage.version} gave it. */
  readonly knownVersion: string | null;
  readonly signal: AbortSignal;
}

/**
 * Downloads one page into a temporary file; remove it after use.
 * @returns null when the server says that the known version still holds
 * @throws FrontdeskError `source_not_found`, `source_unreadable` (retryable when the server may recover),
 * `source_too_large`; the signal's reason after abort
 */
export async function fetchPage(address: string, call: FetchCall): Promise<FetchedPage | null> {
  const { limits, signal } = call;
  return await withinTime(limits.timeoutMs, signal, async (both) => {
    const headers = { ...HEADERS, ...conditions(call.knownVersion) };
    const { response, url } = await follow(address, { ...call, signal: both, headers });
    if (response.status === 304 && call.knownVersion !== null) {
      await response.body?.cancel();
      return null;
    }
    assertFound(response.status);
    const type = (response.headers.get("content-type") ?? "").split(";");
    const charset = /charset\s*=\s*"?([\w-]+)/iu.exec(type.slice(1).join(";"))?.[1] ?? null;
    const mediaType = type[0]?.trim().toLowerCase() || null;
    const version = versionOf(response);
    return { ...(await save(response, limits.maxBytes)), url, mediaType, charset, version };
  });
}

/** Runs a download within a time limit, and translates what it fails with. */
export async function withinTime<Result>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = timeLimit(timeoutMs);
  try {
    return await work(AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) {
      throw unreachable(`did not answer within ${timeoutMs / 1000} s`, error);
    }
    throw toFault(error);
  }
}

/** Follows redirects, each hop checked anew by the dispatcher; the answer may be an error. */
export async function follow(
  address: string,
  call: {
    readonly dispatcher: Dispatcher;
    readonly signal: AbortSignal;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<{ readonly response: Response; readonly url: string }> {
  const { dispatcher, signal, headers } = call;
  let url = address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    assertFetchable(url);
    const response = await fetch(url, { dispatcher, signal, headers, redirect: "manual" });
    const target = response.headers.get("location");
    const isRedirect = response.status >= 300 && response.status <= 399 && target !== null;
    if (!isRedirect) return { response, url };
    await response.body?.cancel();
    if (!URL.canParse(target, url)) throw unreachable("redirects to an address that is none", null);
    url = new URL(target, url).href;
  }
  throw unreachable(`redirects more than ${MAX_REDIRECTS} times`, null);
}

const ETAG = "etag ";
const MODIFIED = "modified ";

/** What to ask with next time: an entity tag, or else the time of the last change. */
function versionOf({ headers }: Response): string | null {
  const tag = headers.get("etag");
  if (tag !== null) return ETAG + tag;
  const modified = headers.get("last-modified");
  return modified === null ? null : MODIFIED + modified;
}

function conditions(version: string | null): Readonly<Record<string, string>> {
  if (version?.startsWith(ETAG) === true) return { "if-none-match": version.slice(ETAG.length) };
  if (version?.startsWith(MODIFIED) === true) {
    return { "if-modified-since": version.slice(MODIFIED.length) };
  }
  return {};
}

function assertFetchable(address: string): void {
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new FrontdeskError(
      "source_unreadable",
      `leads to ${url.protocol}, which is not a web page`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new FrontdeskError(
      "source_unreadable",
      "has a user name in its address; pages that need a login cannot be read",
    );
  }
}

function assertFound(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) {
    throw new FrontdeskError(
      "source_not_found",
      `is not there (HTTP ${status}); check the address`,
    );
  }
  if (status === 401 || status === 403) {
    throw new FrontdeskError(
      "source_unreadable",
      `may not be read without a login (HTTP ${status}); save the page as a file and ingest that`,
    );
  }
  throw unreachable(`answers with an error (HTTP ${status})`, null);
}

async function save(
  response: Response,
  maxBytes: number,
): Promise<Pick<FetchedPage, "path" | "sizeBytes" | "contentHash" | "remove">> {
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw tooLarge(declared, maxBytes);
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-page-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "page");
    const hash = createHash("sha256");
    const file = await open(path, "wx", 0o600);
    let size = 0;
    try {
      // The body counts decompressed, so that a small answer cannot unfold into a huge one.
      for await (const part of response.body ?? []) {
        size += part.byteLength;
        if (size > maxBytes) throw tooLarge(size, maxBytes);
        hash.update(part);
        await file.write(part);
      }
    } finally {
      await file.close();
    }
    return { path, sizeBytes: size, contentHash: hash.digest("hex"), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function unreachable(reason: string, cause: unknown): FrontdeskError {
  return new FrontdeskError("source_unreadable", `${reason}; try again later`, {
    cause,
    retryable: true,
  });
}

/** The library wraps what the connector refuses, and what the network says, as causes. */
function toFault(error: unknown): FrontdeskError {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (isFrontdeskError(at)) return at;
    const code = systemErrorCode(at);
    // A name service that is down says the same: what is known of the site stays.
    if (code === "ENOTFOUND") {
      return unreachable("is on a host that cannot be found; check the address", error);
    }
    if (code !== null) return unreachable(`cannot be reached (${code})`, error);
  }
  return unreachable("cannot be reached", error);
}
