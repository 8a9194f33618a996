import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The native Chroma server that npm installed for this machine. */
export interface ChromaBinding {
  readonly file: string;
  readonly version: string;
}

/** Says why there is none and what to do. */
export interface MissingBinding {
  readonly reason: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "chromadb-js-bindings-linux-x64-gnu",
  "linux-arm64": "chromadb-js-bindings-linux-arm64-gnu",
  "darwin-x64": "chromadb-js-bindings-darwin-x64",
  "darwin-arm64": "chromadb-js-bindings-darwin-arm64",
  "win32-x64": "chromadb-js-bindings-win32-x64-msvc",
  "win32-arm64": "chromadb-js-bindings-win32-arm64-msvc",
};

/** Looks the binding up without loading it: it is loaded in the child process only. */
export function findChromaBinding(
  platform = `${process.platform}-${process.arch}`,
): ChromaBinding | MissingBinding {
  const name = PACKAGES[platform];
  if (name === undefined) {
    return {
      reason: `There is no embedded Chroma for ${platform}. Run a Chroma server and set CHROMA_URL.`,
    };
  }
  try {
    const manifestFile = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const manifest: unknown = JSON.parse(readFileSync(manifestFile, "utf8"));
    if (typeof manifest === "object" && manifest !== null) {
      const { main, version } = { main: undefined, version: undefined, ...manifest };
      if (typeof main === "string" && typeof version === "string") {
        return { file: join(dirname(manifestFile), main), version };
      }
    }
  } catch {
    // Not installed: said below.
  }
  return {
    reason: `The package ${name} is missing. Run npm install again (it is an optional dependency), or set CHROMA_URL.`,
  };
}

/** Whether version `left` is newer than `right`; both like 1.0.5. */
export function isNewerVersion(left: string, right: string): boolean {
  const [ours, theirs] = [left, right].map((version) => version.split(/[.-]/u).map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (ours?.[index] ?? 0) - (theirs?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
