import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLivePrompt, type LivePrompt } from "../../../src/cli/terminal/live-prompt.ts";
import { type FakeTerminal, fakeTerminal, keys } from "../../support/fake-terminal.ts";

interface Opened {
  readonly terminal: FakeTerminal;
  readonly prompt: LivePrompt;
  readonly lines: string[];
  readonly interrupts: string[];
  readonly ends: string[];
}

function open(
  parts: { columns?: number; rows?: number; history?: readonly string[] } = {},
): Opened {
  const terminal = fakeTerminal(parts.columns ?? 40, parts.rows ?? 12);
  const lines: string[] = [];
  const interrupts: string[] = [];
  const ends: string[] = [];
  const prompt = createLivePrompt(terminal.io, {
    prompt: "› ",
    history: parts.history ?? [],
    complete: (line) => ["/help", "/history", "/quit"].filter((word) => word.startsWith(line)),
    pasteLabel: (count) => `pasted: ${count} lines`,
    onLine: (line) => lines.push(line),
    onInterrupt: (typed) => interrupts.push(typed),
    onEnd: () => ends.push("end"),
  });
  onTestFinished(() => prompt.close());
  return { terminal, prompt, lines, interrupts, ends };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextTurn();
}

describe("the live prompt", () => {
  it("takes a line and leaves what was typed on the screen", async () => {
    const { terminal, prompt, lines } = open();

    terminal.type(`how many days?${keys.enter}`);
    await until(() => lines.length > 0);
    prompt.print(["", "25 days", ""]);

    expect(lines).toEqual(["how many days?"]);
    await terminal.shows("› how many days?\n\n25 days\n\n›");
  });

  it("lets text go by above what is being typed, long input included", async () => {
    const { terminal, prompt } = open({ columns: 20 });
    const typed = "a question that is longer than the line";

    terminal.type(typed);
    await terminal.shows("› a question that is\n longer than the lin\ne");
    prompt.print(["first", "second"]);
    terminal.type(" 你好");
    prompt.print(["third"]);
    await terminal.shows("你好");

    expect(terminal.screen()).toBe(
      ["first", "second", "third", "› a question that is", " longer than the lin", "e 你好"].join(
        "\n",
      ),
    );
  });

  it("shows live lines above the input and replaces them in place", async () => {
    const { terminal, prompt } = open();
    terminal.type("abc");

    prompt.setLive(["", "⠋ searching", ""]);
    await terminal.shows("⠋ searching\n\n› abc");
    prompt.setLive(["", "⠙ writing", "more", ""]);
    await terminal.shows("⠙ writing\nmore\n\n› abc");
    prompt.setLive([]);
    await terminal.hides("writing");

    expect(terminal.screen()).toBe("› abc");
    expect(terminal.beforeCursor()).toBe("› abc");
  });

  it("does not leave live lines behind above a line that was entered", async () => {
    const { terminal, prompt, lines } = open();
    prompt.setLive(["⠋ searching"]);

    terminal.type(`next question${keys.enter}`);
    await until(() => lines.length > 0);
    await terminal.shows("› next question\n⠋ searching\n›");

    expect(terminal.screen().match(/searching/gu)).toHaveLength(1);
  });

  it("keeps everything in order when the screen scrolls", async () => {
    const { terminal, prompt } = open({ rows: 5 });
    prompt.setLive(["live 1", "live 2"]);
    terminal.type("typed");

    for (let n = 0; n < 30; n += 1) prompt.print([`line ${n}`]);
    await terminal.shows("line 29\nlive 1\nlive 2\n› typed");

    expect(terminal.screen().split("\n")).toEqual([
      ...Array.from({ length: 30 }, (_value, n) => `line ${n}`),
      "live 1",
      "live 2",
      "› typed",
    ]);
  });

  it("does nothing for an empty line", async () => {
    const { terminal, lines, prompt } = open();

    terminal.type(`${keys.enter}  ${keys.enter}${keys.enter}x`);
    await terminal.shows("› x");
    prompt.print(["after"]);
    await terminal.shows("after");

    expect(lines).toEqual([]);
    expect(terminal.screen()).toBe("after\n› x");
  });

  it("takes a short paste of several lines as one line, shown on one line", async () => {
    const { terminal, lines } = open();

    terminal.type(`see: ${keys.pasteStart}one\r\ntwo${keys.pasteEnd} ok`);
    await terminal.shows("› see: one⏎two ok");
    terminal.type(keys.enter);
    await until(() => lines.length > 0);

    expect(lines).toEqual(["see: one\ntwo ok"]);
  });

  it("shows a long paste by its size and sends it whole, control characters left out", async () => {
    const { terminal, lines } = open();
    const pasted = Array.from({ length: 50 }, (_value, n) => `line ${n} \u0007你`).join("\r");

    const bytes = Buffer.from(`${keys.pasteStart}${pasted}${keys.pasteEnd}`);
    for (let at = 0; at < bytes.length; at += 7) {
      terminal.type(bytes.subarray(at, at + 7));
    }
    await terminal.shows("› [pasted: 50 lines #1]");
    terminal.type(`${keys.enter}`);
    await until(() => lines.length > 0);

    expect(lines[0]?.split("\n")).toHaveLength(50);
    expect(lines[0]).toContain("line 48 你\nline 49 你");
  });

  it("tells Ctrl-C with what had been typed, and empties the line", async () => {
    const { terminal, interrupts } = open();

    terminal.type(`half a question${keys.left}${keys.left}${keys.ctrlC}`);
    await until(() => interrupts.length > 0);
    terminal.type("new");
    await terminal.shows("› new");

    expect(interrupts).toEqual(["half a question"]);
    expect(terminal.screen()).toBe("› new");
  });

  it("tells Ctrl-D on an empty line", async () => {
    const { terminal, ends } = open();

    terminal.type(`x${keys.ctrlD}${keys.backspace}${keys.ctrlD}`);
    await until(() => ends.length > 0);

    expect(ends).toEqual(["end"]);
  });

  it("brings earlier lines back and completes a command", async () => {
    const { terminal } = open({ history: ["the last question", "an older one"] });

    terminal.type(keys.up);
    await terminal.shows("› the last question");
    terminal.type(`\u0015/q${keys.tab}`);
    await terminal.shows("› /quit");
  });

  it("draws itself anew when the window changes its size", async () => {
    const { terminal, prompt } = open();
    prompt.setLive(["status"]);
    terminal.type("abc");
    await terminal.shows("status\n› abc");

    terminal.resize(60, 20);
    prompt.setLive(["status 2"]);

    await terminal.shows("status 2\n› abc");
  });

  it("gives the terminal back: no input line, no paste mode", async () => {
    const { terminal, prompt } = open();
    prompt.print(["said"]);
    prompt.setLive(["working"]);
    await terminal.shows("working");

    prompt.close();
    prompt.close();
    terminal.io.stdout.write("bye");
    await terminal.shows("bye");

    expect(terminal.screen()).toBe("said\nbye");
    expect(terminal.raw().lastIndexOf("[?2004l")).toBeGreaterThan(
      terminal.raw().lastIndexOf("[?2004h"),
    );
  });
});
