import { FrontdeskError } from "../../src/core/index.ts";
import type { CheckedModelFile } from "../file/check-model-file.ts";
import { leastFit } from "../fit/choose-fit.ts";
import { READING_CONTEXT } from "../fit/configured-models.ts";
import { freeMemoryBytes } from "../fit/free-memory.ts";
import { needOfFile } from "../fit/memory-need.ts";
import { sizeText } from "../size-text.ts";
import type { LoadOptions } from "./protocol.ts";

/** What a model may take: what is free, and no more than the models beside it leave, whose mapped weights do not show in that. */
export function freeFor({ memory }: LoadOptions): number {
  return Math.min(freeMemoryBytes(), memory?.bytes ?? Number.POSITIVE_INFINITY);
}

/**
 * Looks whether an embedding or reranking model fits; what stays free for others may be used up, since its size is given.
 * @throws FrontdeskError `model_unavailable` before anything was loaded
 */
export function assertRoomToRead(
  { sizeBytes, header }: CheckedModelFile,
  options: LoadOptions,
): void {
  const contextTokens = options.contextSize ?? READING_CONTEXT;
  const need = needOfFile(sizeBytes, header);
  const { neededBytes } = leastFit({ need, sequences: 1, contextTokens });
  const freeBytes = freeFor(options);
  if (neededBytes > freeBytes) throw noRoom(options, neededBytes, freeBytes);
}

/** A model that is not loaded, with the sums. */
export function noRoom(
  { modelPath, memory, role }: LoadOptions,
  neededBytes: number,
  freeBytes: number,
): FrontdeskError {
  const others = memory?.beside ?? "";
  const beside = others === "" ? "" : ` beside ${others}`;
  const lower = role === "chat" ? ", or set models.sequences and models.contextTokens lower" : "";
  return new FrontdeskError(
    "model_unavailable",
    `${modelPath} needs ${sizeText(neededBytes)} of memory, ${sizeText(freeBytes)} are free${beside}. ` +
      `Free some, or take a smaller model (frontdesk models list shows what fits)${lower}.`,
  );
}
