import { assertNever } from "../../src/core/index.ts";
import { checkModelFile } from "../file/check-model-file.ts";
import { assertSameHash, fileSha256 } from "../file/file-hash.ts";
import { createChatRole } from "./chat/chat-role.ts";
import { fitChat } from "./chat/fit-chat.ts";
import type { CommonInfo } from "./common-info.ts";
import { createEmbedRole } from "./embed-role.ts";
import type { EngineRole } from "./engine-host.ts";
import type { EngineLog } from "./load-llama.ts";
import { loadLlama, loadModel } from "./load-llama.ts";
import { assertRoomToRead } from "./memory-room.ts";
import type { LoadOptions, LoadStage } from "./protocol.ts";
import { createRerankRole } from "./rerank-role.ts";

/**
 * Checks a model file, loads it, and makes it ready for its role.
 * @param onStage told before work begins that may end the process, and after it
 * @throws FrontdeskError `model_not_found`, `model_invalid`, `model_unavailable`, `unsupported`
 */
export async function loadRole(
  options: LoadOptions,
  log: EngineLog,
  onStage: (stage: LoadStage) => void = () => {},
): Promise<EngineRole> {
  const startedAt = performance.now();
  const file = checkModelFile(options.modelPath);
  if (options.role === "chat" && options.adapterPath !== null) checkModelFile(options.adapterPath);
  const [llama, sha256] = await Promise.all([loadLlama(options, log), hashOf(options)]);
  const chatFit = options.role === "chat" ? await fitChat(llama, file, options) : null;
  // On a GPU the engine itself looks for room.
  if (chatFit === null && (llama.gpu === false || options.gpu === "off")) {
    assertRoomToRead(file, options);
  }
  const model = await loadModel(llama, options);
  const common: CommonInfo = {
    sha256,
    threads: options.threads,
    gpu: llama.gpu,
    get loadMs() {
      return Math.round(performance.now() - startedAt);
    },
  };
  switch (options.role) {
    case "embed":
      return await createEmbedRole(model, options, common);
    case "rerank":
      return await createRerankRole(model, options, common);
    case "chat":
      return await createChatRole(model, { ...options, ...(chatFit ?? {}) }, common, log, onStage);
    default:
      return assertNever(options);
  }
}

/**
 * The hash names an embedder's vectors and the saved states of a chat model, so there it is always taken; for others only
 * where the catalog pins one.
 */
async function hashOf(options: LoadOptions): Promise<string | null> {
  const isNamed =
    options.role === "embed" || (options.role === "chat" && options.stateFolder !== null);
  if (!isNamed && options.sha256 === null) return null;
  const sha256 = await fileSha256(options.modelPath);
  assertSameHash(options.modelPath, options.sha256, sha256);
  return sha256;
}
