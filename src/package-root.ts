import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { FrontdeskError } from "./core/index.ts";

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new FrontdeskError("internal", "package.json was not found");
    folder = parent;
  }
  return folder;
}

/** The folder that holds `package.json`, `docs/` and `models/`, whether run from source or compiled. */
export const packageRoot: string = findRoot();

/** Version of this Frontdesk, from `package.json`. */
export const packageVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"))).version;
