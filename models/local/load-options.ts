import { cpuQuota, engineThreads } from "../engine/cpu-quota.ts";
import type { LoadOptions } from "../engine/protocol.ts";
import type { MemoryBudget } from "../fit/memory-ledger.ts";
import type { ModelFile } from "../model-file.ts";

/** How a local model uses the machine. */
export interface LocalModelResources {
  /** Default: all cores that this process may use but one, at least 1. */
  readonly threads?: number;
  /** `required` refuses to start without one. Default `auto`. */
  readonly gpu?: "auto" | "required" | "off";
  /** What other models leave to it. Default: all that is free. */
  readonly memory?: MemoryBudget;
}

/** What all roles are told in the same way. */
export function commonLoadOptions(
  model: ModelFile,
  resources: LocalModelResources,
): Omit<Extract<LoadOptions, { role: "embed" }>, "role"> {
  return {
    modelPath: model.path,
    sha256: model.sha256,
    contextSize: model.contextSize,
    threads: resources.threads ?? engineThreads(cpuQuota()),
    gpu: resources.gpu ?? "auto",
    memory: resources.memory ?? null,
  };
}
