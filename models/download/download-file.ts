import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename } from "node:fs/promises";
import { FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import { systemTimers } from "../engine/timers.ts";
import { type RetryOptions, withRetries } from "../remote/retry.ts";
import { type Address, shownAddress } from "./address.ts";
import type { DownloadOptions } from "./download-options.ts";
import { failed, type OpenedDownload, openDownload } from "./open-download.ts";
import { type PartFile, type PartNote, partFile } from "./part-file.ts";
import { MAX_BYTES, type Received, writeBody } from "./write-body.ts";

const ATTEMPTS = 6;
const RETRY_MIN_MS = 1_000;
const HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 60_000;

/** A file that has come. */
export interface DownloadedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Bytes that were there from an earlier attempt. */
  readonly resumedBytes: number;
}

/**
 * Downloads a file: continues what was begun, counts and hashes while it streams, and gives the file its name only when
 * all of it is right. What is interrupted (also by an abort or a full disk) stays as `.part` for the next time; what
 * turns out to be wrong is dropped.
 * @throws FrontdeskError `download_failed`, `model_invalid` (another file than expected), `disk_full`; `signal.reason`
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadedFile> {
  const part = partFile(options.target);
  const received = await resume(options, part);
  for (;;) {
    const before = received.bytes;
    try {
      await withRetries(retriesOf(options), () => fetchRest(options, part, received));
      break;
    } catch (error) {
      // As long as each round brings something, the way is only shaky.
      const isShaky = isFrontdeskError(error, "download_failed") && error.retryable;
      if (!isShaky || received.bytes <= before) throw error;
    }
  }
  const sha256 = received.hash.digest("hex");
  try {
    if (options.sha256 !== null && options.sha256 !== sha256) throw wrongHash(options, sha256);
    options.check?.(part.path);
  } catch (error) {
    part.remove();
    throw error;
  }
  await rename(part.path, options.target);
  part.remove();
  return { sizeBytes: received.bytes, sha256, resumedBytes: received.resumedBytes };
}

function retriesOf(options: DownloadOptions): RetryOptions {
  return {
    attempts: ATTEMPTS,
    minMs: options.retryMinMs ?? RETRY_MIN_MS,
    timers: options.timers ?? systemTimers,
    random: Math.random,
    signal: options.signal,
    onRetry: (error, waitMs) => options.onRetry?.(error, waitMs),
  };
}

/** Names an address without keeping what may be secret in it. */
function sourceKey({ url }: Address): string {
  return createHash("sha256").update(url.href).digest("hex");
}

/** Hashes what is there of an earlier attempt; drops it when it cannot be told whether it belongs to the same file. */
async function resume(options: DownloadOptions, part: PartFile): Promise<Received> {
  options.signal.throwIfAborted();
  const nothing = { hash: createHash("sha256"), bytes: 0, resumedBytes: 0, hasToldSize: false };
  const note = part.note();
  const size = part.sizeBytes();
  const isSameSource = note?.source === sourceKey(options.address) && note.validator !== null;
  const isTooLong = size > (options.sizeBytes ?? note?.totalBytes ?? MAX_BYTES);
  // With a pinned hash it does not matter where the beginning came from.
  if (size === 0) return nothing;
  if (note === null || isTooLong || !(isSameSource || options.sha256 !== null)) {
    part.remove();
    return nothing;
  }
  for await (const chunk of createReadStream(part.path, { highWaterMark: 1 << 20 })) {
    options.signal.throwIfAborted();
    nothing.hash.update(chunk);
    nothing.bytes += chunk.length;
  }
  return { ...nothing, resumedBytes: nothing.bytes };
}

async function fetchRest(
  options: DownloadOptions,
  part: PartFile,
  received: Received,
): Promise<void> {
  const note = part.note();
  if (received.bytes > 0 && received.bytes === (note?.totalBytes ?? options.sizeBytes)) return;
  const opened = await openRest(options, note, received);
  if (opened.offset === 0) startAnew(received);
  const { totalBytes } = opened;
  try {
    assertAnnounced(options, totalBytes);
    if (!received.hasToldSize) {
      const total = totalBytes ?? options.sizeBytes;
      options.onSize?.(total === null ? null : total - received.bytes, total);
      received.hasToldSize = true;
    }
    const note = { source: sourceKey(options.address), validator: opened.validator, totalBytes };
    await writeBody({ options, part, note, received, opened });
  } finally {
    opened.body.destroy();
  }
  const expected = totalBytes ?? options.sizeBytes;
  if (expected !== null && received.bytes < expected) {
    throw failed(options.address.url, "the connection ended too early", true);
  }
}

async function openRest(
  options: DownloadOptions,
  note: PartNote | null,
  received: Received,
): Promise<OpenedDownload> {
  const request = {
    ...options,
    headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
  };
  const isSameSource = note?.source === sourceKey(options.address);
  const validator = isSameSource ? note.validator : null;
  const rest = await openDownload({ ...request, offset: received.bytes, validator });
  const hasChanged =
    rest !== "stale" &&
    rest.offset > 0 &&
    isSameSource &&
    note.totalBytes !== null &&
    rest.totalBytes !== note.totalBytes;
  if (rest !== "stale" && !hasChanged) return rest;
  if (rest !== "stale") rest.body.destroy();
  const whole = await openDownload({ ...request, offset: 0, validator: null });
  if (whole === "stale")
    throw failed(options.address.url, "its answers contradict one another", false);
  return whole;
}

function startAnew(received: Received): void {
  received.hash = createHash("sha256");
  received.bytes = 0;
  received.resumedBytes = 0;
}

function assertAnnounced({ address, sizeBytes }: DownloadOptions, totalBytes: number | null): void {
  if (sizeBytes === null || totalBytes === null || sizeBytes === totalBytes) return;
  throw failed(
    address.url,
    `it announces ${totalBytes} bytes, but the file has ${sizeBytes}`,
    false,
  );
}

function wrongHash({ address, sha256 }: DownloadOptions, actual: string): FrontdeskError {
  return new FrontdeskError(
    "model_invalid",
    `What came from ${shownAddress(address.url)} is another file: its sha256 is ${actual}, expected ${sha256}. ` +
      "It was dropped. Try again, or another address with --url.",
  );
}
