import { Writable } from "node:stream";
import type { Io } from "../io.ts";

/**
 * Gathers what is written in one go and hands it on in one piece, so that the terminal never shows the half of a change.
 * For readline it looks like the terminal itself.
 */
export class BatchedOutput extends Writable {
  readonly #io: Io;
  #parts: string[] = [];
  readonly #onResize = (): void => void this.emit("resize");

  constructor(io: Io) {
    super({ decodeStrings: false });
    this.#io = io;
    io.stdout.on("resize", this.#onResize);
  }

  get columns(): number {
    return this.#io.columns();
  }

  /** Height of the terminal; 24 when unknown. */
  get rows(): number {
    const { stdout } = this.#io;
    return "rows" in stdout && typeof stdout.rows === "number" && stdout.rows > 0
      ? stdout.rows
      : 24;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    if (this.#parts.length === 0) queueMicrotask(() => this.flush());
    this.#parts.push(String(chunk));
    done();
  }

  /** Hands on what has been gathered. */
  flush(): void {
    if (this.#parts.length === 0) return;
    const text = this.#parts.join("");
    this.#parts = [];
    this.#io.stdout.write(text);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.flush();
    this.#io.stdout.off("resize", this.#onResize);
    done(error);
  }
}
