import { FrontdeskError } from "../../src/core/index.ts";
import { type CatalogEntry, catalog } from "../catalog.ts";
import { DISK_RESERVE_BYTES } from "../download/disk-room.ts";
import type { CheckedModelFile } from "../file/check-model-file.ts";
import { sizeText } from "../size-text.ts";
import {
  CPU_SEQUENCES,
  chooseFit,
  type FitRequest,
  leastBytes,
  RESERVE_BYTES,
} from "./choose-fit.ts";
import { type MemoryNeed, needOfFile, needOfSize } from "./memory-need.ts";

/** What this machine has left. */
export interface MachineRoom {
  readonly freeMemoryBytes: number;
  /** On the disk of the models; null when it cannot be told. */
  readonly freeDiskBytes: number | null;
}

/** @param readsTokens the context of a model that only reads, whose size is given with it; null for a chat model */
function fitRequest(
  need: MemoryNeed,
  freeBytes: number,
  readsTokens: number | null = null,
): FitRequest {
  return {
    need,
    freeBytes,
    sequences: readsTokens === null ? null : 1,
    contextTokens: readsTokens,
    maxSequences: CPU_SEQUENCES,
    reserveBytes: RESERVE_BYTES,
  };
}

/** What a model that is here needs at the least, reserve included, and whether it could be loaded into what is free now. */
export function fitOfFile(
  { sizeBytes, header }: CheckedModelFile,
  freeMemoryBytes: number,
): { readonly needsBytes: number; readonly fits: boolean } {
  const request = fitRequest(needOfFile(sizeBytes, header), freeMemoryBytes);
  return { needsBytes: leastBytes(request), fits: chooseFit(request) !== null };
}

function requestOfEntry(entry: CatalogEntry, freeBytes: number): FitRequest {
  const { sizeBytes, kvBytesPerToken, role, contextSize } = entry;
  const need = needOfSize(sizeBytes, kvBytesPerToken);
  return fitRequest(need, freeBytes, role === "chat" ? null : contextSize);
}

/** Whether a model of the catalog could be loaded into what is free now. */
export function fitsMemory(entry: CatalogEntry, freeMemoryBytes: number): boolean {
  return chooseFit(requestOfEntry(entry, freeMemoryBytes)) !== null;
}

/** What a model of the catalog needs at the least, reserve included. */
export function memoryOfEntry(entry: CatalogEntry): number {
  return leastBytes(requestOfEntry(entry, 0));
}

/** The largest model of a role that fits memory and disk; null when none does. */
export function largestFitting(
  role: CatalogEntry["role"],
  room: MachineRoom,
  mustBeSmallerThan = Number.POSITIVE_INFINITY,
): CatalogEntry | null {
  const fitting = catalog.filter(
    (entry) =>
      entry.role === role &&
      !entry.isBundled &&
      entry.sizeBytes < mustBeSmallerThan &&
      fitsMemory(entry, room.freeMemoryBytes) &&
      (room.freeDiskBytes === null || entry.sizeBytes + DISK_RESERVE_BYTES <= room.freeDiskBytes),
  );
  return fitting.sort((a, b) => b.sizeBytes - a.sizeBytes)[0] ?? null;
}

/**
 * Refuses a model before its first byte is fetched.
 * @throws FrontdeskError `model_too_large`, naming one that fits
 */
export function assertRoom(
  room: MachineRoom,
  model: { readonly name: string; readonly entry: CatalogEntry | null },
  size: { readonly missingBytes: number | null; readonly totalBytes: number | null },
): void {
  const { entry } = model;
  if (size.missingBytes !== null && room.freeDiskBytes !== null) {
    const needed = size.missingBytes + DISK_RESERVE_BYTES;
    if (needed > room.freeDiskBytes)
      throw tooLarge(room, model, "on the disk", needed, room.freeDiskBytes);
  }
  const total = size.totalBytes ?? entry?.sizeBytes ?? null;
  if (total === null) return;
  const request =
    entry === null
      ? fitRequest(needOfSize(total, null), room.freeMemoryBytes)
      : requestOfEntry(entry, room.freeMemoryBytes);
  if (chooseFit(request) !== null) return;
  throw tooLarge(room, model, "of memory", leastBytes(request), room.freeMemoryBytes);
}

function tooLarge(
  room: MachineRoom,
  { name, entry }: { readonly name: string; readonly entry: CatalogEntry | null },
  where: string,
  needed: number,
  free: number,
): FrontdeskError {
  const other = largestFitting(entry?.role ?? "chat", room, entry?.sizeBytes);
  const advice =
    other === null
      ? "Free some, or use a model server (FRONTDESK_MODEL_URL)"
      : `Try: frontdesk models pull ${other.name}`;
  return new FrontdeskError(
    "model_too_large",
    `${name} needs ${sizeText(needed)} ${where}, ${sizeText(free)} are free. ${advice}. ` +
      "With --anyway it is downloaded all the same.",
  );
}
