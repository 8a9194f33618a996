import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DocumentReader, ReadOutcome } from "../../../knowledge/document.ts";
import {
  createDocumentReader,
  type DocumentReaderOptions,
} from "../../../knowledge/ingest/index.ts";
import { makeFolder, type TestFolder } from "./folder.ts";

const never = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
let folder: TestFolder;
let reader: DocumentReader | null = null;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  await reader?.close();
  expect(parserIds()).toEqual([]);
});

function makeReader(options: DocumentReaderOptions): DocumentReader {
  reader = createDocumentReader(options);
  return reader;
}

async function readWith(
  user: DocumentReader,
  name: string,
  content: string,
  signal = never,
): Promise<ReadOutcome> {
  const source = await folder.write(name, content);
  const ref = { source, root: source, sizeBytes: null, updatedAt: null };
  return user.read(ref, { knownHash: null, signal });
}

/** Starts to read the slow document, and waits until its parser has been at work for some time. */
async function startSlow(
  user: DocumentReader,
  signal = never,
): Promise<{ readonly reading: Promise<ReadOutcome>; readonly parser: number }> {
  await readWith(user, "first.md", "Fine.");
  const [parser = 0] = parserIds();
  const before = cpuTicks(parser);
  const reading = readWith(user, "slow.md", slow, signal);
  reading.catch(() => {});
  await expect.poll(() => cpuTicks(parser) - before, { timeout: 30_000 }).toBeGreaterThan(30);
  return { reading, parser };
}

/** Time that a process has computed, in hundredths of a second. */
function cpuTicks(id: number): number {
  const fields = fileOf(String(id), "stat").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** Process ids of the parsers that this process has running. */
function parserIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .filter((id) => parentOf(id) === process.pid && fileOf(id, "cmdline").includes("parse-child"))
    .map(Number);
}

function parentOf(id: string): number {
  const fields = fileOf(id, "stat").split(") ")[1]?.split(" ") ?? [];
  return fields[0] === "Z" ? 0 : Number(fields[1]);
}

function fileOf(id: string, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Beginnings of links without an end, which take the Markdown parser minutes. */
const slow = "[a](".repeat(150_000);
/** A page whose tree takes some 100 MB. */
const greedy = `<p>${"<b>x</b>".repeat(150_000)}</p>`;

describe("a parser that goes wrong", () => {
  it("is stopped when a document takes too long, and the next one is read", async () => {
    const user = makeReader({ limits: { timeoutMs: 1500, maxTextLength: 100 } });

    expect(await readWith(user, "slow.md", slow)).toEqual({
      status: "failed",
      code: "parse_timeout",
      reason: "could not be read within 1.5 s; split it, or save it again in a simpler form",
    });
    expect(await readWith(user, "next.md", "Fine.")).toMatchObject({ status: "read" });
    expect(await readWith(user, "long.txt", "word ".repeat(100))).toMatchObject({
      status: "failed",
      code: "source_too_large",
      reason: containing("more than 100"),
    });
  });

  it("may use up its heap without taking anything along", async () => {
    const user = makeReader({ limits: { maxHeapMb: 64 } });

    expect(await readWith(user, "greedy.html", greedy)).toEqual({
      status: "failed",
      code: "document_broken",
      reason: "needs more than 64 MB of memory to be read; split it",
    });
    expect(await readWith(user, "next.md", "Fine.")).toMatchObject({ status: "read" });
  });

  it("is stopped when its whole memory grows too large", async () => {
    const user = makeReader({ limits: { maxRssMb: 30 } });

    expect(await readWith(user, "slow.md", slow)).toMatchObject({
      status: "failed",
      code: "document_broken",
      reason: containing("needs more than 30 MB of memory"),
    });
  });

  it("that is killed costs the document it was reading, and no other", async () => {
    const user = makeReader({});
    const { reading, parser } = await startSlow(user);
    process.kill(parser, "SIGKILL");

    expect(await reading).toEqual({
      status: "failed",
      code: "document_broken",
      reason: "made the parser end unexpectedly (SIGKILL)",
    });
    expect(await readWith(user, "next.md", "Fine.")).toMatchObject({ status: "read" });

    for (const id of parserIds()) process.kill(id, "SIGKILL");
    await expect.poll(parserIds).toEqual([]);
    expect(await readWith(user, "last.md", "Fine.")).toMatchObject({ status: "read" });
  });
});

describe("a parser that goes well", () => {
  it("reads many documents one after the other, and knows nothing of our environment", async () => {
    process.env["FRONTDESK_TEST_SECRET"] = "xoxb-secret";
    const user = makeReader({});

    await readWith(user, "a.md", "One.");
    const first = parserIds();
    await readWith(user, "b.md", "Two.");

    expect(first).toHaveLength(1);
    expect(parserIds()).toEqual(first);
    expect(fileOf(String(first[0]), "environ")).not.toContain("xoxb-secret");
    delete process.env["FRONTDESK_TEST_SECRET"];
  });

  it("is not brought up for what is unchanged", async () => {
    const source = await folder.write("a.md", "One.");
    const knownHash = createHash("sha256").update("One.").digest("hex");
    const ref = { source, root: source, sizeBytes: null, updatedAt: null };

    const outcome = await makeReader({}).read(ref, { knownHash, signal: never });

    expect(outcome).toEqual({ status: "unchanged", contentHash: knownHash });
    expect(parserIds()).toEqual([]);
  });

  it("has as many beside it as documents are read at once", async () => {
    const user = makeReader({ concurrency: 2 });

    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => readWith(user, `${index}.md`, `Document ${index}.`)),
    );

    const texts = outcomes.map((outcome) =>
      outcome.status === "read" ? outcome.document.chunks[0]?.text : outcome,
    );
    expect(texts).toEqual(Array.from({ length: 8 }, (_, index) => `Document ${index}.`));
    expect(parserIds()).toHaveLength(2);
  });
});

describe("stopping", () => {
  it("while the parser still comes up ends it at once", async () => {
    const user = makeReader({});
    const aborter = new AbortController();
    const reading = readWith(user, "a.md", "One.", aborter.signal);
    await expect.poll(parserIds).toHaveLength(1);
    aborter.abort(new Error("enough"));

    await expect(reading).rejects.toThrow("enough");
    expect(parserIds()).toEqual([]);
  });

  it("in the middle of a document ends its parser; the next is read; closed, nothing is", async () => {
    const user = makeReader({});
    const aborter = new AbortController();
    const { reading } = await startSlow(user, aborter.signal);
    aborter.abort(new Error("enough"));

    await expect(reading).rejects.toThrow("enough");
    expect(parserIds()).toEqual([]);
    expect(await readWith(user, "next.md", "Fine.")).toMatchObject({ status: "read" });

    await user.close();
    await user.close();
    expect(await readWith(user, "late.md", "Two.")).toMatchObject({
      status: "failed",
      code: "internal",
    });
  });
});
