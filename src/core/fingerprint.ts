import { createHash } from "node:crypto";

/** A short text that stands for another one: the same for the same, and nothing can be read from it. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}
