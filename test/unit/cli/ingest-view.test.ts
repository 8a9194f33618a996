import { Terminal } from "@xterm/headless";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createIngestView } from "../../../src/cli/ingest.ts";
import { fakeTerminal } from "../../support/fake-terminal.ts";

describe("the progress of an ingest", () => {
  it("stays on one line, however long the names are and whatever they hold", async () => {
    // Where CI is set, @clack/prompts writes one line for each step and draws over none.
    vi.stubEnv("CI", undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { io } = fakeTerminal(60, 10);
    const screen = new Terminal({ cols: 60, rows: 10, allowProposedApi: true });
    const written: string[] = [];
    io.stderr.write = (text: unknown) => {
      written.push(String(text));
      return true;
    };
    const view = createIngestView(io, "Reading documents");

    view.show({ type: "found", documents: 3 });
    for (const done of [1, 2, 3]) {
      const source = `/srv/${"deep/".repeat(20)}${"员工手册".repeat(20)}\u001b[2J${done}.md`;
      const outcome = { status: "added", source, title: "T", chunks: 1, warning: null } as const;
      view.show({ type: "document", outcome, done });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    view.end();
    await new Promise<void>((resolve) => screen.write(written.join(""), resolve));

    const lines = Array.from({ length: 10 }, (_, row) =>
      screen.buffer.active.getLine(row)?.translateToString(true),
    ).filter((line) => line !== undefined && line !== "");
    expect(written.join("")).not.toContain("\u001b[2J");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("Reading documents");
  });
});
