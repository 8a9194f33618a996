import { basename, resolve } from "node:path";
import type { ModelFile } from "./model-file.ts";

/** A model that no catalog knows: its name is the file's name, everything else is left to the file itself. */
export function modelFileAt(path: string): ModelFile {
  return {
    name: basename(path).replace(/\.gguf$/iu, ""),
    path: resolve(path),
    sha256: null,
    sizeBytes: null,
    wrapper: null,
    contextSize: null,
    queryPrefix: "",
    passagePrefix: "",
    fusionWeight: null,
  };
}
