import { promisify } from "node:util";
import { type Entry, fromBuffer, type Options, type ZipFile } from "yauzl";
import { FrontdeskError } from "../../../src/core/index.ts";

/** What a zipped document may unpack to. */
interface ArchiveLimits {
  readonly maxEntries: number;
  /** All entries together, unpacked. */
  readonly maxBytes: number;
  /** Unpacked to packed, looked at from {@link ArchiveLimits.ratioFromBytes} on: small files are harmless. */
  readonly maxRatio: number;
  readonly ratioFromBytes: number;
}

/** A book of thousands of pictures stays below these, and so does the most repetitive of spreadsheets. */
const ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: 10_000,
  maxBytes: 300 * 1_048_576,
  maxRatio: 150,
  ratioFromBytes: 40 * 1_048_576,
};

/** The files of a zipped document. */
export interface Archive {
  readonly names: readonly string[];
  /** The bytes of one file; null when there is none of that name. */
  read(name: string): Promise<Buffer | null>;
}

const openBuffer = promisify<Buffer, Options, ZipFile>(fromBuffer);

/**
 * Opens a zipped document and refuses it when it unpacks to too much. The sizes that the archive tells are believed here:
 * reading an entry that is larger than it says fails.
 * @throws FrontdeskError `source_too_large`; the library's error when it is broken
 */
export async function openArchive(
  bytes: Uint8Array,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<Archive> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Names are never used as paths on disk: odd ones do no harm, and strictness would refuse real documents.
  const zip = await openBuffer(buffer, { lazyEntries: true, decodeStrings: false });
  if (zip.entryCount > limits.maxEntries) {
    throw tooMuch(`has ${zip.entryCount} files inside, more than ${limits.maxEntries}`);
  }
  const entries = await listEntries(zip);
  checkSizes([...entries.values()], limits);
  return {
    names: [...entries.keys()],
    async read(name) {
      const entry = entries.get(name);
      return entry === undefined ? null : await readEntry(zip, entry);
    },
  };
}

/**
 * Unpacks everything once and throws it away, for libraries that unpack by themselves and believe what an archive says of
 * its sizes.
 * @throws as {@link openArchive}
 */
export async function checkArchive(bytes: Uint8Array): Promise<Archive> {
  const archive = await openArchive(bytes);
  for (const name of archive.names) await archive.read(name);
  return archive;
}

function listEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      entries.set(String(entry.fileName).replaceAll("\\", "/"), entry);
      zip.readEntry();
    });
    zip.once("end", () => resolve(entries));
    zip.once("error", reject);
    zip.readEntry();
  });
}

function checkSizes(entries: readonly Entry[], limits: ArchiveLimits): void {
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const megabytes = (size: number): string => (size / 1_048_576).toFixed(0);
  if (unpacked > limits.maxBytes) {
    throw tooMuch(
      `unpacks to ${megabytes(unpacked)} MB, more than ${megabytes(limits.maxBytes)} MB`,
    );
  }
  if (unpacked > limits.ratioFromBytes && unpacked > packed * limits.maxRatio) {
    throw tooMuch(
      `unpacks to more than ${limits.maxRatio} times its size, as archives made to do harm do`,
    );
  }
}

function tooMuch(what: string): FrontdeskError {
  return new FrontdeskError("source_too_large", `${what}; split it, or save it again`);
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
