import { FrontdeskError } from "../../src/core/index.ts";
import { CHAT_WRAPPERS } from "../model-file.ts";
import type { EngineExit } from "./engine-process.ts";

/**
 * Whether the work can be what ended a process. `work`: native code failed, it hung, or it took the last memory. `unclear`:
 * somebody ended it from outside, a person or a service manager as well as the system. `none`: somebody only stopped it.
 */
export type DeathCause = "work" | "unclear" | "none";

/** What nothing inside a process does to itself. */
const FROM_OUTSIDE = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

/** @param killed what we ended it for; null when we did not */
export function causeOfDeath(
  exit: EngineExit,
  killed: "stopped" | "misbehaved" | null,
): DeathCause {
  if (killed !== null) return killed === "stopped" ? "none" : "work";
  if (exit.isOutOfMemory) return "work";
  if (exit.signal === null) return exit.code === 0 ? "unclear" : "work";
  return FROM_OUTSIDE.has(exit.signal) ? "unclear" : "work";
}

/** Why a child process died, for the operator. */
export function deathError(
  modelName: string,
  exit: EngineExit,
  killReason: string | null,
): FrontdeskError {
  return new FrontdeskError(
    "model_crashed",
    `The process of model "${modelName}" is gone: ${killReason ?? endOf(exit)}. It is started again by itself.${lastOutput(exit)}`,
    { retryable: true },
  );
}

/** Why a file is given up at which the engine breaks again and again. */
export function loadCrashError(modelPath: string, exit: EngineExit): FrontdeskError {
  return new FrontdeskError(
    "model_invalid",
    `The engine broke each time that it loaded ${modelPath}: ${endOf(exit)}. The file is damaged, or of a kind that ` +
      `this version does not know. Download it again, or take another one.${lastOutput(exit)}`,
  );
}

/** Why a file is given up whose chat template ends the process that runs it. */
export function templateCrashError(modelPath: string, exit: EngineExit): FrontdeskError {
  return new FrontdeskError(
    "model_invalid",
    `The chat template in ${modelPath} broke the engine: ${endOf(exit)}. It may ask for more memory than there is. Set ` +
      `models.wrapper to the format of the model instead: ${CHAT_WRAPPERS.filter((one) => one !== "template").join(", ")}.${lastOutput(exit)}`,
  );
}

function endOf({ signal, code, isOutOfMemory }: EngineExit): string {
  if (signal === null) return `it exited with code ${code ?? "unknown"}`;
  return `it died of ${signal}${isOutOfMemory ? ", because memory ran out" : ""}`;
}

function lastOutput({ lastWords }: EngineExit): string {
  return lastWords === "" ? "" : ` Its last output: ${gist(lastWords)}`;
}

/** The line of a crash that says why, else the end of what was written. */
function gist(lastWords: string): string {
  const telling = lastWords
    .split("\n")
    .findLast((line) => /error:|assert|abort|fatal/iu.test(line));
  return (telling ?? lastWords).slice(-400).trim();
}
