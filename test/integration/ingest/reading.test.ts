import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { ParsedDocument, ReadOutcome } from "../../../knowledge/document.ts";
import { createDocumentReader } from "../../../knowledge/ingest/index.ts";
import { makeFolder, type TestFolder } from "./folder.ts";
import { makeChinesePdf, makePdf, type PlacedText } from "./small-pdf.ts";

const signal = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
const reader = createDocumentReader({ limits: { maxPages: 20 } });
afterAll(() => reader.close());

let folder: TestFolder;
beforeEach(() => {
  folder = makeFolder();
});

const readPath = (source: string, knownHash: string | null = null): Promise<ReadOutcome> =>
  reader.read({ source, root: source, sizeBytes: null, updatedAt: null }, { knownHash, signal });
const readFileOf = async (name: string, content: string | Uint8Array): Promise<ReadOutcome> =>
  readPath(await folder.write(name, content));

async function documentOf(name: string, content: string | Uint8Array): Promise<ParsedDocument> {
  const outcome = await readFileOf(name, content);
  if (outcome.status !== "read") throw new Error(`not read: ${JSON.stringify(outcome)}`);
  return outcome.document;
}

describe("reading a file", () => {
  it("gives title, language, and chunks with their sections", async () => {
    const document = await documentOf(
      "faq.md",
      "# 常见问题\n\n## 如何重置密码？\n\n在登录页点击“忘记密码”。\n\n## How do I get a refund?\n\nWrite to support within 30 days.\n",
    );

    expect(document).toEqual({
      title: "常见问题",
      language: "zh",
      chunks: [
        { section: "如何重置密码？", page: null, text: "在登录页点击“忘记密码”。", language: "zh" },
        {
          section: "How do I get a refund?",
          page: null,
          text: "Write to support within 30 days.",
          language: "en",
        },
      ],
    });
  });

  it("does not read again what is unchanged, and reads what has changed", async () => {
    const path = await folder.write("a.md", "First.");
    const first = await readPath(path);
    const hash = first.status === "read" ? first.contentHash : "";

    expect(await readPath(path, hash)).toEqual({ status: "unchanged", contentHash: hash });
    await appendFile(path, " Second.");
    expect(await readPath(path, hash)).toMatchObject({
      status: "read",
      document: { chunks: [{ text: "First. Second." }] },
    });
  });

  it("skips a picture that is called Markdown, and says what it is", async () => {
    const png = Buffer.from(
      "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de",
      "hex",
    );

    expect(await readFileOf("logo.md", png)).toEqual({
      status: "skipped",
      code: "document_unsupported",
      reason: containing("looks like PNG (image/png); supported are Markdown (.md), HTML (.html),"),
    });
  });

  it.each([
    ["nothing at all", ""],
    ["white space", " \n\t\n"],
    ["comments only", "<!-- later -->"],
  ])("skips a document that holds %s", async (_, content) => {
    expect(await readFileOf("a.md", content)).toMatchObject({
      status: "skipped",
      code: "source_empty",
    });
  });

  it("skips the files of a folder that are none of ours by their name alone", async () => {
    const file = join(folder.path, "photo.jpg");

    const outcome = await reader.read(
      { source: file, root: folder.path, sizeBytes: null, updatedAt: null },
      { knownHash: null, signal },
    );

    expect(outcome).toMatchObject({ status: "skipped", code: "document_unsupported" });
  });

  it("recovers text of which some bytes are broken", async () => {
    const bytes = Buffer.concat([
      Buffer.from("# 手册\n\n员工每年享有三十天年假。"),
      Buffer.from([0xff, 0xe4, 0xbd]),
      Buffer.from("请提前申请。"),
    ]);

    expect((await documentOf("a.md", bytes)).chunks[0]?.text).toBe(
      "员工每年享有三十天年假。请提前申请。",
    );
  });

  it("takes a web page for one whatever it is called", async () => {
    const document = await documentOf(
      "saved.txt",
      "<!doctype html><title>Saved</title><p>Text &amp; more.",
    );

    expect(document).toMatchObject({ title: "Saved", chunks: [{ text: "Text & more." }] });
  });

  it("fails for a file that is gone or too large, naming the limit", async () => {
    expect(await readPath(join(folder.path, "gone.md"))).toMatchObject({
      status: "failed",
      code: "source_not_found",
    });
    const large = await folder.write("large.txt", "");
    await writeFile(large, Buffer.alloc(51 * 1_048_576, "a "));
    expect(await readPath(large)).toEqual({
      status: "failed",
      code: "source_too_large",
      reason: "has 51.0 MB, more than 50.0 MB; split it or raise the limit",
    });
    await rm(large);
  });
});

describe("reading a PDF", () => {
  const lines = (...texts: readonly string[]): PlacedText[] =>
    texts.map((text, index) => ({ text, y: 700 - index * 14 }));
  const wide = "This line is about as wide as a line of the page can be, so that it goes";

  it("gives its text with pages and headings, without headers and footers", async () => {
    const page = (number: number, heading: string, body: string): PlacedText[] => [
      { text: "Example Corp, confidential", y: 810, size: 8 },
      { text: heading, y: 740, size: 18 },
      ...lines(`${wide} on in the`, `next line about ${body}.`),
      { text: `Page ${number} of 3`, y: 30, size: 8 },
    ];

    const { title, chunks } = await documentOf(
      "handbook.pdf",
      makePdf([
        page(1, "Leave", "holidays"),
        page(2, "Travel", "trains"),
        page(3, "Pay", "salaries"),
      ]),
    );

    expect(title).toBe("Leave");
    expect(chunks).toEqual([
      {
        section: "Leave",
        page: 1,
        text: `${wide} on in the next line about holidays.`,
        language: "en",
      },
      {
        section: "Travel",
        page: 2,
        text: `${wide} on in the next line about trains.`,
        language: "en",
      },
      {
        section: "Pay",
        page: 3,
        text: `${wide} on in the next line about salaries.`,
        language: "en",
      },
    ]);
  });

  it("takes the title that its author wrote where no heading tells, but no file name", async () => {
    const text = makePdf([lines("Just some text.")], "Rules of the house");
    const named = makePdf([lines("Just some text.")], "Microsoft Word - draft.docx");

    expect((await documentOf("a.pdf", text)).title).toBe("Rules of the house");
    expect((await documentOf("house-rules.pdf", named)).title).toBe("House rules");
  });

  it("reads Chinese in a font that is not embedded", async () => {
    const document = await documentOf("a.pdf", makeChinesePdf("退货政策：七天内可以无理由退货。"));

    expect(document).toMatchObject({
      language: "zh",
      chunks: [{ text: "退货政策：七天内可以无理由退货。" }],
    });
  });

  it("that needs a password fails and says what to do", async () => {
    const bytes = await readFile(new URL("../../fixtures/documents/password.pdf", import.meta.url));

    expect(await readFileOf("a.pdf", bytes)).toEqual({
      status: "failed",
      code: "document_encrypted",
      reason: "is protected by a password; remove the password and ingest it again",
    });
  });

  it("that only its owner may change is read", async () => {
    const file = new URL("../../fixtures/documents/owner-password.pdf", import.meta.url);

    expect((await documentOf("a.pdf", await readFile(file))).chunks[0]?.text).toBe(
      "Owner protected text stays readable.",
    );
  });

  it("that is broken fails as that, and one that only lost its way is recovered", async () => {
    const bytes = makePdf([lines("Still readable.")]);

    expect(await readFileOf("noise.pdf", "no PDF at all")).toMatchObject({
      status: "failed",
      code: "document_broken",
    });
    expect(await readFileOf("cut.pdf", bytes.subarray(0, 200))).toMatchObject({
      status: "failed",
      code: "document_broken",
    });
    const lost = bytes.toString("latin1").replace(/startxref\n\d+/u, "startxref\n7");
    const recovered = await documentOf("lost.pdf", Buffer.from(lost, "latin1"));
    expect(recovered.chunks[0]?.text).toBe("Still readable.");
  });

  it("without a text layer is skipped and sent to text recognition", async () => {
    expect(await readFileOf("scan.pdf", makePdf([[], []]))).toMatchObject({
      status: "skipped",
      code: "source_empty",
      reason: containing("no text layer"),
    });
  });

  it("of too many pages fails and names the limit", async () => {
    const pages = Array.from({ length: 21 }, () => lines("Text."));

    expect(await readFileOf("long.pdf", makePdf(pages))).toMatchObject({
      status: "failed",
      code: "source_too_large",
      reason: "has 21 pages, more than 20; split it",
    });
  });
});
