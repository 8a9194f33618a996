import { readFileSync } from "node:fs";

/** Reads a file of the system; null when it is not there. */
export type ReadSystemFile = (path: string) => string | null;

/** {@link ReadSystemFile} of this machine. */
export function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
