import { Terminal } from "@xterm/headless";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createIngestView, runIngest } from "../../../src/cli/ingest.ts";
import type { Application } from "../../../src/ports/application.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
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

describe("what an ingest says in the end", () => {
  it("says what several documents share once", async () => {
    const pipes = fakePipes();
    const skipped = (source: string) => ({
      type: "document" as const,
      done: 0,
      outcome: {
        status: "skipped" as const,
        source,
        code: "document_unsupported" as const,
        reason: "looks like a picture; supported are Markdown and more",
      },
    });
    const summary = { added: 1, updated: 0, unchanged: 0, removed: 0, skipped: 2, failed: 0 };
    const app: Application = {
      ...createFakeApplication(),
      async *ingest() {
        yield skipped("/a.png");
        yield skipped("/b.png");
        yield { type: "finished", summary: { ...summary, chunks: 1, durationMs: 100 } };
      },
    };
    const options = {
      sources: ["/"],
      collection: "default",
      visibility: "internal",
      json: false,
    } as const;

    const code = await runIngest(app, options, pipes.io, new AbortController().signal);

    expect(code).toBe(0);
    expect(pipes.stderr().split("\n")).toEqual([
      "  skipped: /a.png — looks like a picture",
      "  skipped: /b.png — looks like a picture",
      "  supported are Markdown and more",
      "",
    ]);
    expect(pipes.stdout()).toContain("1 added, 2 skipped · 1 passage · 0.1 s");
  });
});
