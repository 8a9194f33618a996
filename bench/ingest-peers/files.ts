import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as workbook from "@e965/xlsx";
import { z } from "zod";
import { makePdf } from "../../test/integration/ingest/small-pdf.ts";
import { makeDocx, paragraph } from "../../test/support/documents/docx.ts";
import { makeEpub } from "../../test/support/documents/epub.ts";
import { makeOdt, odtHeading, odtParagraph } from "../../test/support/documents/open-document.ts";
import { makePptx } from "../../test/support/documents/pptx.ts";
import { xml } from "../../test/support/documents/zip.ts";
import { writeCorpus } from "../corpus.ts";

/** A file that both are to read. */
export interface PeerFile {
  readonly path: string;
  /** Files of one kind are counted together. */
  readonly kind: string;
  /** What it says; null where nobody wrote that down. */
  readonly truth: { readonly text: string; readonly sentences: readonly string[] } | null;
}

interface Section {
  readonly heading: string;
  readonly sentences: readonly string[];
}
interface Written {
  readonly title: string;
  readonly sections: readonly Section[];
}

const LINES_OF_A_PAGE = 40;
const LINE_POINTS = 18;

function sectionsOf(markdown: string): Written {
  const [head = "", ...parts] = markdown.split("\n## ");
  const sections = parts.map((part) => {
    const [heading = "", ...paragraphs] = part.trim().split(/\n+/u);
    return { heading, sentences: paragraphs.flatMap((text) => text.split(/(?<=\.)\s/u)) };
  });
  return { title: head.replace("# ", "").trim(), sections };
}

const each = (
  { sections }: Written,
  heading: (text: string) => string,
  sentence: (text: string) => string,
): readonly string[] =>
  sections.flatMap((one) => [heading(one.heading), ...one.sentences.map(sentence)]);

/** One way to write a document down, by the ending of its file. */
const WRITERS: Readonly<Record<string, (document: Written) => Uint8Array | string>> = {
  txt: (document) =>
    [document.title, ...each(document, (text) => `\n${text}\n`, String)].join("\n"),
  md: (document) =>
    [`# ${document.title}`, ...each(document, (text) => `\n## ${text}\n`, String)].join("\n"),
  html: (document) =>
    `<!doctype html><html><head><title>${xml(document.title)}</title><style>p { color: red }</style></head><body><nav><a href="/">Home</a></nav><main><h1>${xml(document.title)}</h1>${each(
      document,
      (text) => `<h2>${xml(text)}</h2>`,
      (text) => `<p>${xml(text)}</p>`,
    ).join("")}</main></body></html>`,
  csv: (document) =>
    [
      "part,statement",
      ...document.sections.flatMap(({ heading, sentences }) =>
        sentences.map((sentence) => `${heading},${sentence}`),
      ),
    ].join("\n"),
  json: ({ sections }) =>
    JSON.stringify(
      sections.map(({ heading, sentences }) => ({
        question: heading,
        answer: sentences.join(" "),
      })),
    ),
  docx: (document) =>
    makeDocx([
      paragraph(document.title, "T"),
      ...each(
        document,
        (text) => paragraph(text, "1"),
        (text) => paragraph(text),
      ),
    ]),
  odt: (document) =>
    makeOdt([
      odtHeading(document.title, 1),
      ...each(document, (text) => odtHeading(text, 2), odtParagraph),
    ]),
  pptx: ({ title, sections }) =>
    makePptx([
      { title, lines: [] },
      ...sections.map(({ heading, sentences }) => ({ title: heading, lines: sentences })),
    ]),
  xlsx: ({ sections }) => {
    const book = workbook.utils.book_new();
    const rows = sections.flatMap(({ heading, sentences }) =>
      sentences.map((sentence) => [heading, sentence]),
    );
    const sheet = workbook.utils.aoa_to_sheet([["Part", "Statement"], ...rows]);
    workbook.utils.book_append_sheet(book, sheet, "Statements");
    return z
      .instanceof(Uint8Array)
      .parse(workbook.write(book, { type: "buffer", bookType: "xlsx" }));
  },
  epub: ({ title, sections }) =>
    makeEpub(
      title,
      sections.map(
        ({ heading, sentences }) =>
          `<h1>${xml(heading)}</h1>${sentences.map((text) => `<p>${xml(text)}</p>`).join("")}`,
      ),
    ),
  eml: (document) =>
    `From: a@example.com\r\nTo: b@example.com\r\nSubject: ${document.title}\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${each(document, (text) => `\r\n${text}\r\n`, String).join("\r\n")}\r\n`,
  rtf: (document) => {
    const lines = [document.title, ...each(document, String, String)];
    return String.raw`{\rtf1\ansi ${lines.map((text) => String.raw`${text}\par `).join("\n")}}`;
  },
  pdf: (document) => {
    const lines = [document.title, ...each(document, String, String)];
    const pages = Array.from({ length: Math.ceil(lines.length / LINES_OF_A_PAGE) }, (_, page) =>
      lines
        .slice(page * LINES_OF_A_PAGE, (page + 1) * LINES_OF_A_PAGE)
        .map((text, line) => ({ text, y: 800 - line * LINE_POINTS, size: 9 })),
    );
    return makePdf(pages, document.title);
  },
};

/** Made-up documents, each of them in every format, with what they say. */
export function writeFiles(folder: string, count: number): readonly PeerFile[] {
  const documents = writeCorpus(count).map(({ text }) => sectionsOf(text));
  return Object.entries(WRITERS).flatMap(([kind, write]) => {
    mkdirSync(join(folder, kind), { recursive: true });
    return documents.map((document, index) => {
      const path = join(folder, kind, `document-${index}.${kind}`);
      writeFileSync(path, write(document));
      const sentences = document.sections.flatMap((section) => section.sentences);
      const headings = document.sections.map(({ heading }) => heading);
      return { path, kind, truth: { text: [...headings, ...sentences].join("\n"), sentences } };
    });
  });
}

/** The project's own pages, as they stand in the folder `docs`, English and Chinese. */
export function projectFiles(): readonly PeerFile[] {
  const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
  return [...readdirSync(docs), ...readdirSync(join(docs, "zh")).map((name) => `zh/${name}`)]
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => {
      const path = join(docs, name);
      // Where a link leads is no text.
      const text = readFileSync(path, "utf8").replaceAll(/\]\([^)]*\)/gu, "]");
      return { path, kind: "docs of the project (md)", truth: { text, sentences: [] } };
    });
}

const listed = z.object({ file: z.string(), category: z.string() });

/** Real files of a folder with `dev.manifest.jsonl`, those of which text is promised. */
export function realFiles(folder: string): readonly PeerFile[] {
  return readFileSync(join(folder, "dev.manifest.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => listed.parse(JSON.parse(line)))
    .filter(
      ({ category }) =>
        !/_(?:empty|scan|encrypted|malformed|fuzzed|bomb|xxe)$|^not_/u.test(category),
    )
    .map(({ file }) => ({
      path: join(folder, file),
      kind: `real ${extname(basename(file)).slice(1)}`,
      truth: null,
    }));
}
