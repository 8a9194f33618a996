import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildEntry } from "../../src/core/child-entry.ts";

const ROOT = new URL("../../", import.meta.url);
const COMPILED = new URL("dist-tests/", ROOT);

/**
 * Stands in for `src/core/child-entry.ts` in tests (vitest.config.ts): child processes run from `dist-tests/`, which
 * compile-children.ts has just made from the source. Loading TypeScript takes a child several times as long.
 */
export function childEntry(moduleUrl: string, name: string): ChildEntry {
  const beside = fileURLToPath(new URL(`./${name}.js`, moduleUrl));
  const path = relative(fileURLToPath(ROOT), beside).split("\\").join("/");
  return { url: new URL(path, COMPILED).href, execArgv: [] };
}

/** The compiled file of a child process of the tests, e.g. `runtime-worker-child`. */
export function childOfTests(name: string): string {
  return fileURLToPath(childEntry(import.meta.url, name).url);
}
