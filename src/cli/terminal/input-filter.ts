import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";

const MAX_TYPED_AT_ONCE = 512;

/** What the filter tells and asks. */
export interface InputFilterOptions {
  /** Before a typed Enter goes on to the line editor. */
  readonly onEnter: () => void;
  /** What stands in the input line for a pasted text; must hold no line breaks. */
  readonly onPaste: (text: string) => string;
  readonly setRawMode: (isRaw: boolean) => void;
}

/** Length of the longest end of `text` that could be the beginning of `marker`, at least `least`. */
function partialLength(text: string, marker: string, least: number): number {
  for (let length = Math.min(marker.length - 1, text.length); length >= least; length -= 1) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}

/**
 * Stands between the terminal and `node:readline`, which would take every line break of a pasted text for an Enter: a
 * bracketed paste goes on as one piece.
 */
export class InputFilter extends Transform {
  readonly #options: InputFilterOptions;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #pasted: string | null = null;
  isRaw = false;

  constructor(options: InputFilterOptions) {
    super({ encoding: "utf8" });
    this.#options = options;
  }

  /** Asked for by readline, as of a terminal. */
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    this.#options.setRawMode(isRaw);
    return this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#read(this.#rest + this.#decoder.write(chunk));
    done();
  }

  #read(text: string): void {
    let rest = text;
    while (rest !== "") {
      const marker = this.#pasted === null ? PASTE_START : PASTE_END;
      const at = rest.indexOf(marker);
      // A lone Escape is a key of its own when nothing is being pasted; it must not wait for what may follow.
      const held = at >= 0 ? 0 : partialLength(rest, marker, this.#pasted === null ? 2 : 1);
      const end = at >= 0 ? at : rest.length - held;
      this.#take(rest.slice(0, end));
      if (at < 0) {
        this.#rest = rest.slice(end);
        return;
      }
      this.#endPiece();
      rest = rest.slice(at + marker.length);
    }
    this.#rest = "";
  }

  #take(text: string): void {
    if (this.#pasted !== null) {
      this.#pasted += text;
      return;
    }
    for (const piece of text.split(/(?<=[\r\n])/u)) {
      const end = /[\r\n]$/u.exec(piece)?.[0] ?? "";
      this.#pushKeys(piece.slice(0, piece.length - end.length));
      if (end === "") continue;
      this.#options.onEnter();
      this.push(end);
    }
  }

  // One character at a time: of a longer piece readline forgets how many rows it took, and draws the next change at the
  // wrong place. So much at once that this would take long cannot have been typed.
  #pushKeys(text: string): void {
    const keys = text.length > MAX_TYPED_AT_ONCE ? this.#options.onPaste(text) : text;
    for (const key of keys) this.push(key);
  }

  #endPiece(): void {
    if (this.#pasted === null) {
      this.#pasted = "";
      return;
    }
    const shown = this.#options.onPaste(this.#pasted);
    this.#pasted = null;
    for (const key of shown) this.push(key);
  }
}

/** Switches bracketed paste on. */
export const ENABLE_PASTE = "\u001b[?2004h";
/** Switches bracketed paste off. */
export const DISABLE_PASTE = "\u001b[?2004l";
