import { PassThrough, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import xterm from "@xterm/headless";
import type { Io } from "../../src/cli/io.ts";

/** Keys as a terminal sends them. */
export const keys = {
  enter: "\r",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
  tab: "\t",
  up: "\u001b[A",
  left: "\u001b[D",
  backspace: "\u007f",
  pasteStart: "\u001b[200~",
  pasteEnd: "\u001b[201~",
} as const;

/** A terminal without a window: what a person would see, and a keyboard. */
export interface FakeTerminal {
  readonly io: Io;
  /** Presses keys; bytes may cut characters in two, as a slow line does. */
  type(keys: string | Uint8Array): void;
  /** Everything on the screen and scrolled off it, without the empty lines at the end. */
  screen(): string;
  /** The line that the cursor is in, up to the cursor. */
  beforeCursor(): string;
  /** Waits until the screen shows something. */
  shows(expected: string | RegExp): Promise<void>;
  /** Waits until the screen shows something no more. */
  hides(expected: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Everything that was written, with its control sequences. */
  raw(): string;
}

class Display extends Writable {
  readonly terminal: xterm.Terminal;
  readonly parts: string[] = [];
  readonly isTTY = true;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 2_000,
      allowProposedApi: true,
      convertEol: true,
    });
  }

  get columns(): number {
    return this.terminal.cols;
  }

  get rows(): number {
    return this.terminal.rows;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.parts.push(String(chunk));
    this.terminal.write(String(chunk), done);
  }
}

function screenOf({ buffer: { active } }: xterm.Terminal): string {
  const lines = Array.from(
    { length: active.length },
    (_value, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? "",
  );
  return lines.join("\n").replace(/\n+$/u, "");
}

async function waitUntil(isTrue: () => boolean, explain: () => string): Promise<void> {
  const giveUpAt = Date.now() + 4_000;
  while (!isTrue()) {
    if (Date.now() > giveUpAt) throw new Error(explain());
    await nextTurn();
  }
}

/** Makes a terminal of this size, without colours. */
export function fakeTerminal(columns = 72, rows = 24): FakeTerminal {
  const display = new Display(columns, rows);
  const stdin = new PassThrough();
  const { terminal } = display;
  const screen = (): string => screenOf(terminal);
  const has = (expected: string | RegExp): boolean =>
    typeof expected === "string" ? screen().includes(expected) : expected.test(screen());
  return {
    io: {
      stdin,
      stdout: display,
      stderr: display,
      isTTY: true,
      columns: () => display.columns,
      hasColour: false,
    },
    type: (pressed) => void stdin.write(pressed),
    screen,
    beforeCursor() {
      const { active } = terminal.buffer;
      const line = active.getLine(active.baseY + active.cursorY);
      return line?.translateToString(false, 0, active.cursorX) ?? "";
    },
    shows: (expected) =>
      waitUntil(
        () => has(expected),
        () => `the screen does not show ${String(expected)}:\n${screen()}`,
      ),
    hides: (expected) =>
      waitUntil(
        () => !has(expected),
        () => `the screen still shows ${expected}:\n${screen()}`,
      ),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      display.emit("resize");
    },
    raw: () => display.parts.join(""),
  };
}
