import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { FrontdeskError } from "../../src/core/index.ts";

/** sha256 of a file, in hexadecimal. Rejects with `signal.reason` when aborted, or with the system's error. */
export async function fileSha256(
  path: string,
  call: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    for await (const chunk of stream) {
      call.signal?.throwIfAborted();
      hash.update(chunk);
    }
  } finally {
    stream.destroy();
  }
  return hash.digest("hex");
}

/** @throws FrontdeskError `model_invalid` when a file is not the one that the catalog knows. */
export function assertSameHash(path: string, expected: string | null, actual: string): void {
  if (expected === null || expected === actual) return;
  throw new FrontdeskError(
    "model_invalid",
    `The model file ${path} is not the one of the catalog: its sha256 is ${actual}, expected ${expected}. ` +
      "Download it again; if you changed it on purpose, name it by its path.",
  );
}
