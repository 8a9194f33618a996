import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { Io } from "../io.ts";
import { BatchedOutput } from "./batched-output.ts";
import { DISABLE_PASTE, ENABLE_PASTE, InputFilter } from "./input-filter.ts";
import { createPastes } from "./pastes.ts";

/** What a prompt shows and whom it tells. */
export interface LivePromptOptions {
  /** Stands before what is typed, e.g. `› `. */
  readonly prompt: string;
  /** Earlier lines for the arrow keys, newest first. */
  readonly history: readonly string[];
  /** Completions of what is typed; used when there is exactly one. */
  readonly complete: (line: string) => readonly string[];
  /** Names a long pasted text in the input line. */
  readonly pasteLabel: (lines: number) => string;
  /** A line was entered that is not empty. */
  readonly onLine: (line: string) => void;
  /** Ctrl-C; what had been typed is gone. */
  readonly onInterrupt: (typed: string) => void;
  /** Ctrl-D, or the terminal went away. */
  readonly onEnd: () => void;
}

/** An input line at the bottom of the terminal, with lines above it that change, and text that goes by above those. */
export interface LivePrompt {
  readonly rows: number;
  /** Adds lines for good, above everything that is live. Empty lines at the border to earlier ones become one. */
  print(lines: readonly string[]): void;
  /** Replaces the lines right above the input. None may be wider than the terminal. */
  setLive(lines: readonly string[]): void;
  setPrompt(prompt: string): void;
  /** Takes the input line away and gives the terminal back. */
  close(): void;
}

function setRawMode(stdin: Io["stdin"], isRaw: boolean): void {
  if ("setRawMode" in stdin && typeof stdin.setRawMode === "function") {
    Reflect.apply(stdin.setRawMode, stdin, [isRaw]);
  }
}

/**
 * A line editor that stays usable while text goes by. The live lines are part of readline's own prompt, which it draws
 * again as a whole and whose height it knows; nothing private of it is touched.
 */
export function createLivePrompt(io: Io, options: LivePromptOptions): LivePrompt {
  const output = new BatchedOutput(io);
  const pastes = createPastes(options.pasteLabel);
  let live: readonly string[] = [];
  let prompt = options.prompt;
  let isOpen = true;
  /** The last line above is empty: another one would be one too many. */
  let hasGap = false;

  const input = new InputFilter({
    // The live lines must not stay behind above the line that is being entered.
    onEnter: () => draw([]),
    onPaste: (text) => pastes.show(text),
    setRawMode: (isRaw) => setRawMode(io.stdin, isRaw),
  });
  const editor = createInterface({
    input,
    output,
    terminal: true,
    prompt,
    history: [...options.history],
    historySize: 200,
    removeHistoryDuplicates: true,
    escapeCodeTimeout: 50,
    completer: (line: string): [string[], string] => {
      const hits = options.complete(line);
      return [hits.length === 1 ? [...hits] : [], line];
    },
  });

  function draw(lines: readonly string[]): void {
    if (!isOpen) return;
    editor.setPrompt([...withoutDoubleGap(lines), prompt].join("\n"));
    editor.prompt(true);
  }

  /** Goes to where the live lines begin and clears from there on; returns how far down the cursor was. */
  function clear(): number {
    const { rows } = editor.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    return rows;
  }

  function withoutDoubleGap(lines: readonly string[]): readonly string[] {
    return hasGap && lines[0] === "" ? lines.slice(1) : lines;
  }

  function print(lines: readonly string[]): void {
    const rows = clear();
    const text = withoutDoubleGap(lines)
      .map((line) => `${line}\n`)
      .join("");
    // readline goes up by as many rows as its cursor was down when it draws the next time.
    output.write(`${text}${"\n".repeat(rows)}`);
    if (lines.length > 0) hasGap = lines.at(-1) === "";
    draw(live);
  }

  function close(): void {
    if (!isOpen) return;
    clear();
    isOpen = false;
    process.off("exit", restore);
    editor.close();
    io.stdin.unpipe(input);
    io.stdin.pause();
    output.write(DISABLE_PASTE);
    output.destroy();
  }

  /** When the process ends in the middle, the shell should at least get its paste mode back. */
  function restore(): void {
    io.stdout.write(DISABLE_PASTE);
  }

  editor.on("line", (line) => {
    const text = pastes.expand(line);
    if (text.trim() === "") {
      moveCursor(output, 0, -1);
      clearScreenDown(output);
    } else {
      hasGap = false;
      options.onLine(text);
    }
    draw(live);
  });
  editor.on("SIGINT", () => {
    const typed = editor.line;
    editor.write(null, { ctrl: true, name: "e" });
    editor.write(null, { ctrl: true, name: "u" });
    options.onInterrupt(typed);
  });
  editor.on("close", () => {
    if (isOpen) options.onEnd();
  });
  output.on("resize", () => draw(live));
  process.once("exit", restore);
  output.write(ENABLE_PASTE);
  io.stdin.pipe(input);
  draw(live);

  return {
    get rows() {
      return output.rows;
    },
    print,
    setLive(lines) {
      live = lines;
      draw(live);
    },
    setPrompt(text) {
      prompt = text;
      draw(live);
    },
    close,
  };
}
