import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A folder for one test, gone after it. */
export interface TestFolder {
  readonly path: string;
  /** Writes a file below it, with the folders it needs; gives its absolute path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** Makes an empty folder in the system's place for temporary files. */
export function makeFolder(): TestFolder {
  const path = temporaryFolder();
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
  };
}
