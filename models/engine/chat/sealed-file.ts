import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OWNER_ONLY = 0o600;

/** So much longer is a sealed file than what is in it. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/** A key for {@link sealFile}, which is nowhere but in the memory of this process. */
export function newSealKey(): Buffer {
  return randomBytes(32);
}

/** With what, and under which name, a file is sealed: it only opens under the same. */
export interface Seal {
  readonly key: Buffer;
  readonly name: string;
}

/** Writes `from` to `to` encrypted (AES-256-GCM): nonce, what was encrypted, tag. `to` may not exist. */
export async function sealFile(from: string, to: string, { key, name }: Seal): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(name));
  const file = createWriteStream(to, { flags: "wx", mode: OWNER_ONLY });
  file.write(nonce);
  await pipeline(createReadStream(from), cipher, file);
  await appendFile(to, cipher.getAuthTag());
}

/** The way back. Rejects when one bit has changed, after it may have written something: `to` is not to be used then. */
export async function openSealedFile(from: string, to: string, { key, name }: Seal): Promise<void> {
  const { size } = await stat(from);
  const tagAt = size - TAG_BYTES;
  if (tagAt <= NONCE_BYTES) throw new RangeError("a sealed file is cut off");
  const decipher = createDecipheriv(CIPHER, key, await bytesAt(from, 0, NONCE_BYTES))
    .setAAD(Buffer.from(name))
    .setAuthTag(await bytesAt(from, tagAt, TAG_BYTES));
  const file = createWriteStream(to, { flags: "wx", mode: OWNER_ONLY });
  await pipeline(createReadStream(from, { start: NONCE_BYTES, end: tagAt - 1 }), decipher, file);
}

async function bytesAt(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), position });
    return buffer;
  } finally {
    await file.close();
  }
}
