import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Before the tests: builds what runs as a child process, so that none runs yesterday's code. */
export function setup(): void {
  const builder = fileURLToPath(new URL("../../bin/build.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [builder, "tests"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the child processes of the tests cannot be built:\n${stderr}`);
}
