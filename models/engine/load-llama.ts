import {
  getLlama,
  InsufficientMemoryError,
  type Llama,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
} from "node-llama-cpp";
import { errorMessage, FrontdeskError } from "../../src/core/index.ts";
import { noBinaryError, thisHost } from "./no-binary.ts";
import type { LoadOptions } from "./protocol.ts";

export type EngineLog = (level: "debug" | "warn", message: string) => void;

/** Warnings of the native code that say nothing to an operator. */
const HARMLESS =
  /special_eos_id|special_eog_ids|detokeniz|n_ctx_(seq|per_seq)|control-looking token/iu;

/**
 * The native engine, never built or downloaded here: what the package installation brought is used.
 * @throws FrontdeskError `unsupported` when there is no binary for this machine or a GPU is required and not there;
 * `model_unavailable` when its binary did not pass its trial
 */
export async function loadLlama(options: LoadOptions, log: EngineLog): Promise<Llama> {
  try {
    const llama = await getLlama({
      gpu: options.gpu === "off" ? false : "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      maxThreads: options.threads,
      logLevel: LlamaLogLevel.warn,
      logger: (_level, message) => log(HARMLESS.test(message) ? "debug" : "warn", message.trim()),
    });
    assertGpu(options.gpu, llama.gpu);
    return llama;
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError)) throw error;
    throw noBinaryError(thisHost(), error);
  }
}

/**
 * @param found what the engine has found
 * @throws FrontdeskError `unsupported` when a GPU is required and none was found
 */
export function assertGpu(wanted: LoadOptions["gpu"], found: Llama["gpu"]): void {
  if (wanted !== "required" || found !== false) return;
  throw new FrontdeskError(
    "unsupported",
    "models.gpu is `required`, but no usable GPU was found. Check the driver with nvidia-smi and install the CUDA " +
      "packages of node-llama-cpp (docs/models.md, “How do I use a GPU”), or set models.gpu to auto.",
  );
}

/** @throws FrontdeskError `model_unavailable` when memory does not suffice, `model_invalid` when the engine refuses it */
export async function loadModel(llama: Llama, options: LoadOptions): Promise<LlamaModel> {
  return await translated(options.modelPath, () =>
    llama.loadModel({
      modelPath: options.modelPath,
      ...(options.gpu === "off" ? { gpuLayers: 0 } : {}),
    }),
  );
}

/** Runs one step of loading and says in our terms why it failed. */
export async function translated<T>(modelPath: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof FrontdeskError) throw error;
    if (error instanceof InsufficientMemoryError) {
      throw new FrontdeskError(
        "model_unavailable",
        `There is not enough memory for ${modelPath}: ${error.message}. Take a smaller model, fewer parallel ` +
          "conversations or a shorter context.",
        { cause: error },
      );
    }
    throw new FrontdeskError(
      "model_invalid",
      `The engine cannot load ${modelPath}: ${errorMessage(error)}. Take another file of this model, or a newer Frontdesk.`,
      { cause: error },
    );
  }
}
