import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FrontdeskError } from "../src/core/index.ts";

/**
 * The folder of the installed package: the nearest one above a module that has a `package.json`. Files that are not
 * compiled (weights, the catalog) are found from here, be it from source or from `dist/`.
 * @throws FrontdeskError `internal` when there is none, which means that the installation is incomplete.
 */
export function packageRoot(moduleUrl: string): string {
  let folder = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new FrontdeskError(
        "internal",
        "no package.json above the code of models/: the installation is incomplete, install it again",
      );
    }
    folder = parent;
  }
  return folder;
}
