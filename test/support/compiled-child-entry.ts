import { fileURLToPath } from "node:url";
import type { ChildEntry } from "../../src/core/child-entry.ts";

const COMPILED = new URL("../../dist-tests/", import.meta.url);

/**
 * Stands in for `src/core/child-entry.ts` in tests (vitest.config.ts): child processes run from `dist-tests/`, which
 * compile-children.ts has just made from the source. Loading TypeScript takes a child several times as long.
 * @param _moduleUrl all children lie side by side, whoever starts them
 */
export function childEntry(_moduleUrl: string, name: string): ChildEntry {
  return { url: new URL(`${name}.js`, COMPILED).href, execArgv: [] };
}

/** The compiled file of a child process of the tests, e.g. `runtime-worker-child`. */
export function childOfTests(name: string): string {
  return fileURLToPath(childEntry(import.meta.url, name).url);
}
