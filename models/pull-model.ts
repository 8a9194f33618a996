import { mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Dispatcher } from "undici";
import { FrontdeskError } from "../src/core/index.ts";
import { type CatalogEntry, catalog, type ModelFolder } from "./catalog.ts";
import { type Address, decoded, onMirror, parseAddress, shownAddress } from "./download/address.ts";
import { downloadFile } from "./download/download-file.ts";
import type { DownloadProgress } from "./download/download-options.ts";
import { lockFile } from "./download/file-lock.ts";
import type { Timers } from "./engine/timers.ts";
import { checkModelFile } from "./file/check-model-file.ts";
import { fileSha256 } from "./file/file-hash.ts";
import { assertRoom, type MachineRoom } from "./fit/machine-room.ts";
import { readHashRecords, writeHashRecord } from "./hash-records.ts";

export interface PullOptions {
  /** A catalog name, or the http(s) address of a GGUF file. */
  readonly model: string;
  readonly folder: ModelFolder;
  /** Instead of the catalog's address; null: that, on `mirror` where one is set. */
  readonly url: string | null;
  /** Takes the place of the host in addresses of the catalog. */
  readonly mirror: string | null;
  /** For files that the catalog does not pin. */
  readonly sha256: string | null;
  /** What the machine has left; null: do not ask. */
  readonly room: MachineRoom | null;
  /** What the disk has left now; asked while the file comes. Without it the disk is filled if need be. */
  readonly freeDiskBytes?: () => number | null;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** The model is known and nobody else is fetching it. */
  onBegin?(): void;
  onProgress?(progress: DownloadProgress): void;
  onRetry?(error: unknown, waitMs: number): void;
  readonly retryMinMs?: number;
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  readonly timers?: Timers;
}

/** A model that is on this machine now. */
export interface PulledModel {
  /** To be named as FRONTDESK_MODEL and the like. */
  readonly name: string;
  readonly role: CatalogEntry["role"] | null;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** `pinned`: as the catalog or the caller says; `recorded`: as written down when it came first. */
  readonly verifiedBy: "pinned" | "recorded";
  readonly result: "downloaded" | "present";
  readonly resumedBytes: number;
  readonly source: string;
}

interface Target {
  readonly name: string;
  readonly entry: CatalogEntry | null;
  readonly path: string;
  readonly address: Address;
  /** From the catalog, the caller, or the record. */
  readonly sha256: string | null;
  readonly isPinned: boolean;
}

/**
 * Downloads a model into the folder of models, whole and checked, or not at all.
 * @throws FrontdeskError `model_not_found` (no such name), `model_too_large`, `download_failed`, `download_running`,
 *   `model_invalid`, `disk_full`, `usage`; `signal.reason` when aborted, with what has come kept for the next time
 */
export async function pullModel(options: PullOptions): Promise<PulledModel> {
  const target = targetOf(options);
  mkdirSync(options.folder.directory, { recursive: true, mode: 0o700 });
  const lock = lockFile(target.path);
  try {
    options.onBegin?.();
    return (await present(target, options.signal)) ?? (await fetchModel(options, target));
  } finally {
    lock.release();
  }
}

function targetOf(options: PullOptions): Target {
  const entry = catalog.find(({ name }) => name === options.model) ?? null;
  if (entry?.isBundled === true) {
    throw new FrontdeskError(
      "usage",
      `${entry.name} comes with Frontdesk; there is nothing to pull.`,
    );
  }
  const from = options.url ?? catalogAddress(options, entry);
  const address = parseAddress(from);
  const file = entry?.file ?? fileNameOf(address.url);
  const owner = entry ?? catalog.find((other) => other.file === file);
  if (owner !== undefined && owner !== entry) {
    throw new FrontdeskError(
      "usage",
      `${file} is the file of ${owner.name} in the catalog. Use: frontdesk models pull ${owner.name} --url ${from}`,
    );
  }
  const recorded = readHashRecords(options.folder.directory).get(file)?.sha256 ?? null;
  const pinned = entry?.sha256 ?? options.sha256;
  return {
    name: entry?.name ?? file.replace(/\.gguf$/iu, ""),
    entry,
    path: join(options.folder.directory, file),
    address,
    sha256: pinned ?? recorded,
    isPinned: pinned !== null,
  };
}

/** Where a model of the catalog is downloaded from; null for bundled ones. */
export function downloadAddress(entry: CatalogEntry, mirror: string | null): string | null {
  return entry.url === null ? null : onMirror(entry.url, mirror);
}

function catalogAddress(options: PullOptions, entry: CatalogEntry | null): string {
  if (entry !== null && entry.url !== null) return onMirror(entry.url, options.mirror);
  if (/^[a-z]+:/iu.test(options.model)) return options.model;
  throw new FrontdeskError(
    "model_not_found",
    `There is no model "${options.model}" in the catalog, and it is no address of a .gguf file. ` +
      `Known are: ${catalog.flatMap(({ name, isBundled }) => (isBundled ? [] : [name])).join(", ")}.`,
  );
}

function fileNameOf(url: URL): string {
  const name = basename(decoded(url.pathname)).replaceAll("\\", "_");
  if (/^[^.].*\.gguf$/iu.test(name)) return name;
  throw new FrontdeskError("usage", `${shownAddress(url)} does not name a .gguf file.`);
}

/** What is there already, if it is what was wanted. */
async function present(target: Target, signal: AbortSignal): Promise<PulledModel | null> {
  const stats = statSync(target.path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  checkModelFile(target.path);
  const sha256 = await fileSha256(target.path, { signal });
  if (target.sha256 !== null && target.sha256 !== sha256) {
    throw new FrontdeskError(
      "model_invalid",
      `${target.path} is there, but is another file: its sha256 is ${sha256}, expected ${target.sha256}. ` +
        "Remove it and pull again.",
    );
  }
  return pulled(target, { sizeBytes: stats.size, sha256, resumedBytes: 0 }, "present");
}

async function fetchModel(options: PullOptions, target: Target): Promise<PulledModel> {
  const { room } = options;
  const file = await downloadFile({
    ...options,
    address: target.address,
    target: target.path,
    sizeBytes: target.entry?.sizeBytes ?? null,
    sha256: target.sha256,
    onSize: (missingBytes, totalBytes) => {
      if (room !== null) assertRoom(room, target, { missingBytes, totalBytes });
    },
    check: (path) => {
      checkModelFile(path, shownAddress(target.address.url));
    },
  });
  return pulled(target, file, "downloaded");
}

function pulled(
  target: Target,
  file: { readonly sizeBytes: number; readonly sha256: string; readonly resumedBytes: number },
  result: PulledModel["result"],
): PulledModel {
  const source = shownAddress(target.address.url);
  const { sizeBytes, sha256 } = file;
  if (target.entry === null) {
    writeHashRecord(join(target.path, ".."), basename(target.path), { sha256, sizeBytes, source });
  }
  return {
    name: target.name,
    role: target.entry?.role ?? null,
    path: target.path,
    ...file,
    verifiedBy: target.isPinned ? "pinned" : "recorded",
    result,
    source,
  };
}
