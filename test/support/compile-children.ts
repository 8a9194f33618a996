import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Before the tests: compiles what runs as a child process, so that none runs yesterday's code. */
export function setup(): void {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { status, stdout } = spawnSync("npx", ["tsc", "-p", "tsconfig.tests.json"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the child processes of the tests do not compile:\n${stdout}`);
}
