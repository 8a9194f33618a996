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

/** Limits of one download. */
interface FetchLimits {
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
  /** SHA-256 (hex) of the bytes. */
  readonly contentHash: string;
  /** Where it was found after redirects. */
  readonly url: string;
  readonly mediaType: string | null;
  /** Encoding that the server declares. */
  readonly charset: string | null;
  /** Deletes the file. */
  remove(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const HEADERS = {
  "user-agent": "FrontdeskBot",
  accept: "text/html, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.1",
};

/**
 * Downloads one page into a temporary file; remove it after use.
 * @throws FrontdeskError `source_not_found`, `source_unreadable` (retryable when the server may recover),
 * `source_too_large`; the signal's reason after abort
 */
export async function fetchPage(
  address: string,
  dispatcher: Dispatcher,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<FetchedPage> {
  const deadline = timeLimit(limits.timeoutMs);
  const both = AbortSignal.any([signal, deadline]);
  try {
    const { response, url } = await follow(address, dispatcher, both);
    const type = (response.headers.get("content-type") ?? "").split(";");
    const charset = /charset\s*=\s*"?([\w-]+)/iu.exec(type.slice(1).join(";"))?.[1] ?? null;
    const mediaType = type[0]?.trim().toLowerCase() || null;
    return { ...(await save(response, limits.maxBytes)), url, mediaType, charset };
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) {
      throw unreachable(`did not answer within ${limits.timeoutMs / 1000} s`, error);
    }
    throw toFault(error);
  }
}

async function follow(
  address: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly url: string }> {
  let url = address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    assertFetchable(url);
    const response = await fetch(url, { dispatcher, signal, headers: HEADERS, redirect: "manual" });
    const target = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || target === null) {
      assertFound(response.status);
      return { response, url };
    }
    await response.body?.cancel();
    if (!URL.canParse(target, url)) throw unreachable("redirects to an address that is none", null);
    url = new URL(target, url).href;
  }
  throw unreachable(`redirects more than ${MAX_REDIRECTS} times`, null);
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
): Promise<Pick<FetchedPage, "path" | "contentHash" | "remove">> {
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw tooLarge(declared, maxBytes);
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-page-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "page");
    const hash = createHash("sha256");
    const file = await open(path, "wx", 0o600);
    try {
      let size = 0;
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
    return { path, contentHash: hash.digest("hex"), remove };
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
    if (code === "ENOTFOUND") {
      return new FrontdeskError(
        "source_not_found",
        "is on a host that does not exist; check the address",
        {
          cause: error,
        },
      );
    }
    if (code !== null) return unreachable(`cannot be reached (${code})`, error);
  }
  return unreachable("cannot be reached", error);
}
