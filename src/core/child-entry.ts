/** How to start a module of ours as a child process. */
export interface ChildEntry {
  /** `file:` URL of the module. */
  readonly url: string;
  /** Node flags that the child needs: none for compiled code, the TypeScript loader when running from source. */
  readonly execArgv: readonly string[];
}

/**
 * Finds a child-process entry point beside the module that starts it, both in `dist/` and when running from source.
 * @param moduleUrl the caller's `import.meta.url`
 * @param name file name of the entry without extension, e.g. `engine-child`
 */
export function childEntry(moduleUrl: string, name: string): ChildEntry {
  const isSource = moduleUrl.endsWith(".ts");
  const url = new URL(`./${name}${isSource ? ".ts" : ".js"}`, moduleUrl).href;
  return { url, execArgv: isSource ? ["--import", "tsx"] : [] };
}
