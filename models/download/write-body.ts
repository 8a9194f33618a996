import type { Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import { sizeText } from "../size-text.ts";
import { createDiskRoom, type DiskRoom } from "./disk-room.ts";
import type { DownloadOptions } from "./download-options.ts";
import { failed, type OpenedDownload } from "./open-download.ts";
import type { PartFile, PartNote } from "./part-file.ts";

/** Files that announce no size are stopped here. */
export const MAX_BYTES = 1024 ** 4;

/** What has come so far. */
export interface Received {
  hash: Hash;
  bytes: number;
  resumedBytes: number;
  hasToldSize: boolean;
}

/** A download whose answer has begun to come. */
export interface ComingBody {
  readonly options: DownloadOptions;
  readonly part: PartFile;
  /** Written down before the first byte. */
  readonly note: PartNote;
  readonly received: Received;
  readonly opened: OpenedDownload;
}

/**
 * Writes what comes behind what is there, counting and hashing. Nothing is kept of what nobody could go on with.
 * @throws FrontdeskError `download_failed`, `disk_full`; `signal.reason`
 */
export async function writeBody(body: ComingBody): Promise<void> {
  const { options, part, note, opened } = body;
  const isKept = opened.validator !== null || options.sha256 !== null;
  const disk = createDiskRoom(part.path, isKept, options.freeDiskBytes);
  try {
    await disk.write(() => part.writeNote(note));
    const file = await disk.write(() => open(part.path, opened.offset === 0 ? "w" : "a"));
    try {
      await copy(body, file, disk);
      await disk.write(() => file.sync());
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isKept && isFrontdeskError(error, "disk_full")) part.remove();
    throw error;
  }
}

async function copy(
  { options, part, received, opened }: ComingBody,
  file: FileHandle,
  disk: DiskRoom,
): Promise<void> {
  const limit = opened.totalBytes ?? options.sizeBytes ?? MAX_BYTES;
  for await (const chunk of readBody(options, opened)) {
    if (received.bytes + chunk.length > limit) {
      part.remove();
      throw failed(
        options.address.url,
        `it sends more than the ${sizeText(limit)} that were announced`,
        false,
      );
    }
    disk.take(chunk.length);
    await disk.write(() => writeAll(file, chunk));
    received.hash.update(chunk);
    received.bytes += chunk.length;
    options.onProgress?.({ receivedBytes: received.bytes, totalBytes: opened.totalBytes });
  }
}

/** Only what happens on the network is translated here. */
async function* readBody(
  options: DownloadOptions,
  opened: OpenedDownload,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = opened.body[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = await chunks.next();
    } catch (error) {
      options.signal.throwIfAborted();
      throw failed(options.address.url, errorMessage(error), true, error);
    }
    options.signal.throwIfAborted();
    if (next.done === true) return;
    if (!Buffer.isBuffer(next.value)) throw new TypeError("a body that is not bytes");
    yield next.value;
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  let at = 0;
  while (at < chunk.length) at += (await file.write(chunk, at)).bytesWritten;
}
