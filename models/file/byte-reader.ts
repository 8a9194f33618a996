import { readSync } from "node:fs";

const BLOCK_BYTES = 1 << 20;

/** The file does not hold what its own header announces; the message says what, in a few words. */
export class HeaderDefect extends Error {
  override readonly name = "HeaderDefect";
}

/** Reads little-endian values one after the other and holds one block in memory, however long the file is. */
export class ByteReader {
  readonly #fd: number;
  readonly #sizeBytes: number;
  #block: Buffer = Buffer.alloc(0);
  #blockStart = 0;
  #position = 0;

  /** @param sizeBytes of the file; nothing beyond is asked for. */
  constructor(fd: number, sizeBytes: number) {
    this.#fd = fd;
    this.#sizeBytes = sizeBytes;
  }

  /** Bytes from the start of the file. */
  get position(): number {
    return this.#position;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  f32(): number {
    return this.#take(4).readFloatLE();
  }

  i32(): number {
    return this.#take(4).readInt32LE();
  }

  /** @throws HeaderDefect when the number does not fit into 53 bits. */
  u64(): number {
    const value = Number(this.#take(8).readBigUInt64LE());
    if (!Number.isSafeInteger(value)) throw new HeaderDefect("a length that no file can have");
    return value;
  }

  /** At most as many bytes as a block holds. */
  bytes(length: number): Buffer {
    return this.#take(length);
  }

  /** @throws HeaderDefect when that leads beyond the end of the file. */
  skip(length: number): void {
    if (this.#position + length > this.#sizeBytes) throw endsTooEarly();
    this.#position += length;
  }

  #take(length: number): Buffer {
    if (length > BLOCK_BYTES) throw new HeaderDefect("a name longer than 1 MB");
    if (this.#position + length > this.#sizeBytes) throw endsTooEarly();
    let at = this.#position - this.#blockStart;
    if (at < 0 || at + length > this.#block.length) {
      const size = Math.min(BLOCK_BYTES, this.#sizeBytes - this.#position);
      const block = Buffer.allocUnsafe(size);
      const read = readSync(this.#fd, block, 0, size, this.#position);
      this.#block = block.subarray(0, read);
      this.#blockStart = this.#position;
      at = 0;
      if (read < length) throw endsTooEarly();
    }
    this.#position += length;
    return this.#block.subarray(at, at + length);
  }
}

function endsTooEarly(): HeaderDefect {
  return new HeaderDefect("the file ends inside its header");
}
