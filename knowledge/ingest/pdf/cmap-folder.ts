import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of Adobe's character maps for Chinese (`knowledge/ingest/pdf/cmaps`), with a slash at its end. PDFs that name
 * such a map instead of carrying their own have no readable text without it. It is not compiled, so it is found from
 * the root of the package, be it from source or from `dist/`.
 */
export function cmapFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return `${join(folder, "knowledge", "ingest", "pdf", "cmaps")}/`;
}
