import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { childEntry } from "../../src/core/index.ts";

/** Which build of the product a worker runs: the present one, or an earlier one that `scripts/freeze-worker.ts` has kept. */
export type Build = "present" | "2026-11-27";

/** A process with the real dialogues and cases of some build. */
export interface DialogueWorker {
  kill9(): Promise<void>;
}

function programOf(build: Build): { readonly path: string; readonly execArgv: readonly string[] } {
  if (build !== "present") {
    const frozen = new URL(`../fixtures/releases/${build}/worker.mjs`, import.meta.url);
    return { path: fileURLToPath(frozen), execArgv: [] };
  }
  const { url, execArgv } = childEntry(import.meta.url, "dialogue-worker-child");
  return { path: fileURLToPath(url), execArgv };
}

/** Starts a worker and waits until it claims. */
export async function startDialogueWorker(
  build: Build,
  order: {
    readonly url: string;
    readonly keyPrefix: string;
    readonly platformUrl: string;
    readonly owner: string;
  },
): Promise<DialogueWorker> {
  const { path, execArgv } = programOf(build);
  const child: ChildProcess = fork(path, { execArgv: [...execArgv] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.send(order);
  await Promise.race([
    once(child, "message"),
    exited.then(() => {
      throw new Error(`the worker of the build ${build} ended at once`);
    }),
  ]);
  return {
    kill9: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
