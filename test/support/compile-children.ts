import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
// biome-ignore lint/correctness/useImportExtensions: plain JavaScript, with its declarations beside it.
import { buildInto, CHILDREN } from "../../bin/build.mjs";

/** Before the tests: builds what runs as a child process, so that none runs yesterday's code. */
export async function setup(): Promise<void> {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const ours = readdirSync(folder)
    .filter((name) => name.endsWith("-child.ts"))
    .map((name) => `test/support/${name}`);
  await buildInto({ entries: [...CHILDREN, ...ours], folder: "dist-tests" });
}
