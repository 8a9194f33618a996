import type { Llama } from "node-llama-cpp";
import type { CheckedModelFile } from "../../file/check-model-file.ts";
import {
  CPU_SEQUENCES,
  chooseFit,
  type FitRequest,
  GPU_RESERVE_BYTES,
  GPU_SEQUENCES,
  leastBytes,
  RESERVE_BYTES,
} from "../../fit/choose-fit.ts";
import { needOfFile } from "../../fit/memory-need.ts";
import { freeFor, noRoom } from "../memory-room.ts";
import type { LoadOptions } from "../protocol.ts";

/** How many conversations of which length a chat model is loaded for. */
export interface ChatFit {
  readonly sequences: number;
  readonly contextSize: number;
}

/**
 * Chooses by what is free: of the GPU where all of the model fits there, else of the machine. What the configuration says
 * is not changed.
 * @throws FrontdeskError `model_unavailable` when it does not fit, before anything was loaded
 */
export async function fitChat(
  llama: Llama,
  file: CheckedModelFile,
  options: Extract<LoadOptions, { role: "chat" }>,
): Promise<ChatFit> {
  const machine: FitRequest = {
    need: needOfFile(file.sizeBytes, file.header),
    freeBytes: freeFor(options),
    sequences: options.sequences,
    contextTokens: options.contextSize,
    maxSequences: CPU_SEQUENCES,
    reserveBytes: RESERVE_BYTES,
  };
  const fit = (await fitGpu(llama, machine)) ?? chooseFit(machine);
  if (fit !== null) return { sequences: fit.sequences, contextSize: fit.contextTokens };
  throw noRoom(options, leastBytes(machine), machine.freeBytes);
}

async function fitGpu(llama: Llama, machine: FitRequest): Promise<ReturnType<typeof chooseFit>> {
  if (llama.gpu === false) return null;
  const { free } = await llama.getVramState();
  return chooseFit({
    ...machine,
    freeBytes: free,
    maxSequences: GPU_SEQUENCES,
    reserveBytes: GPU_RESERVE_BYTES,
  });
}
