import { type Dispatcher, request } from "undici";
import { errorMessage, FrontdeskError } from "../../src/core/index.ts";
import { type Address, followRedirect, shownAddress } from "./address.ts";

const MAX_REDIRECTS = 5;
/**
 * So much may wait to be written. undici 7 fails with an assertion that nobody can catch when a server closes the connection
 * while a body is held back, so a body is held back only behind a disk that is far slower than the network.
 */
const WAITING_BYTES = 64 * 1024 * 1024;
const RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u;

/** From where, and from which byte on. */
export interface DownloadRequest {
  readonly address: Address;
  /** 0: all of it. */
  readonly offset: number;
  /** Sent as `If-Range`, so that a file that has changed comes as a whole; null when there is none. */
  readonly validator: string | null;
  readonly dispatcher: Dispatcher;
  /** Until the server answers. */
  readonly headersTimeoutMs: number;
  /** Between two pieces. */
  readonly bodyTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a server is about to send. */
export interface OpenedDownload {
  /** The first byte that comes: the wanted one, or 0 when the server sends all of it. */
  readonly offset: number;
  /** Of the whole file; null when the server does not say. */
  readonly totalBytes: number | null;
  readonly validator: string | null;
  readonly body: Dispatcher.ResponseData["body"];
}

/**
 * Asks for a file or the rest of it, following redirects as {@link followRedirect} allows.
 * @returns `"stale"` when the server has no such rest: begin anew
 * @throws FrontdeskError `download_failed`; `signal.reason` when aborted
 */
export async function openDownload(wanted: DownloadRequest): Promise<OpenedDownload | "stale"> {
  let address = wanted.address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await send(wanted, address);
    const { statusCode, headers, body } = response;
    if (statusCode >= 300 && statusCode < 400 && statusCode !== 304) {
      await discard(body);
      address = followRedirect(address, single(headers["location"]));
      continue;
    }
    if (statusCode === 200 || statusCode === 206) return await accepted(wanted, address, response);
    await discard(body);
    if (statusCode === 416 && wanted.offset > 0) return "stale";
    throw statusError(address.url, statusCode, single(headers["retry-after"]));
  }
  throw failed(wanted.address.url, "it redirects in a circle", false);
}

async function send(wanted: DownloadRequest, address: Address): Promise<Dispatcher.ResponseData> {
  const { offset, validator } = wanted;
  try {
    return await request(address.url, {
      dispatcher: wanted.dispatcher,
      signal: wanted.signal,
      headersTimeout: wanted.headersTimeoutMs,
      bodyTimeout: wanted.bodyTimeoutMs,
      highWaterMark: WAITING_BYTES,
      headers: {
        "user-agent": "frontdesk",
        // What is compressed on the way has other ranges and another length.
        "accept-encoding": "identity",
        ...(address.authorization === null ? {} : { authorization: address.authorization }),
        ...(offset === 0 ? {} : { range: `bytes=${offset}-` }),
        ...(offset === 0 || validator === null ? {} : { "if-range": validator }),
      },
    });
  } catch (error) {
    wanted.signal.throwIfAborted();
    throw failed(address.url, errorMessage(error), true, error);
  }
}

async function accepted(
  wanted: DownloadRequest,
  { url }: Address,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<OpenedDownload | "stale"> {
  const encoding = single(headers["content-encoding"]) ?? "identity";
  if (encoding !== "identity") {
    await discard(body);
    throw failed(
      url,
      `it sends the file compressed (${encoding}), though we asked for it as it is`,
      false,
    );
  }
  const validator = validatorOf(headers);
  if (statusCode === 200) {
    return { offset: 0, totalBytes: length(single(headers["content-length"])), validator, body };
  }
  const range = RANGE.exec(single(headers["content-range"]) ?? "");
  const isWanted = range !== null && Number(range[1]) === wanted.offset;
  if (!isWanted) {
    await discard(body);
    if (wanted.offset > 0) return "stale";
    throw failed(url, "it sends a part of the file that nobody asked for", false);
  }
  return { offset: wanted.offset, totalBytes: length(range[3] ?? null), validator, body };
}

/** A weak ETag says nothing about bytes. */
function validatorOf(headers: Dispatcher.ResponseData["headers"]): string | null {
  const etag = single(headers["etag"]);
  if (etag !== null && !etag.startsWith("W/")) return etag;
  return single(headers["last-modified"]);
}

function statusError(url: URL, status: number, retryAfter: string | null): FrontdeskError {
  const seconds = Number(retryAfter ?? Number.NaN);
  const isTemporary = status >= 500 || status === 429 || status === 408;
  const what =
    status === 404 || status === 410
      ? "the file is not there (any more)"
      : status === 401 || status === 403
        ? `it refuses the download (HTTP ${status})`
        : `it answered with HTTP ${status}`;
  return failed(
    url,
    what,
    isTemporary,
    undefined,
    Number.isFinite(seconds) ? seconds * 1000 : null,
  );
}

/** A download that went wrong on the other side. */
export function failed(
  url: URL,
  what: string,
  retryable: boolean,
  cause?: unknown,
  retryAfterMs: number | null = null,
): FrontdeskError {
  return new FrontdeskError(
    "download_failed",
    `${shownAddress(url)} cannot be downloaded: ${what}. Try again later, or another address with --url.`,
    { retryable, cause, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
  );
}

async function discard(body: Dispatcher.ResponseData["body"]): Promise<void> {
  await body.dump({ limit: 64 * 1024 }).catch(() => {});
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function length(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}
