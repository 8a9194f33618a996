import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Parses bytes that lie in no file: in one that only we may read, which is gone afterwards. */
export async function parseBytes<Result>(
  bytes: Uint8Array,
  name: string,
  parse: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-read-"));
  try {
    const path = join(folder, name);
    await writeFile(path, bytes, { mode: 0o600 });
    return await parse(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
