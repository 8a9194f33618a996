import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { isFrontdeskError } from "../../../../src/core/index.ts";
import { makeEpub } from "../../../support/documents/epub.ts";
import { makeOdt, odtParagraph } from "../../../support/documents/open-document.ts";
import { makePptx } from "../../../support/documents/pptx.ts";
import { zipOf } from "../../../support/documents/zip.ts";
import { parseBytes } from "./parse-bytes.ts";

const HERE = import.meta.filename;
const SECRET = "the-words-that-only-this-file-holds";
const TYPE = `<!DOCTYPE x [<!ENTITY e SYSTEM "file://${HERE}"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`;

/** What came of a document: its text, or the code with which it was refused. */
async function fateOf(name: string, bytes: Uint8Array): Promise<string> {
  try {
    const { chunks } = await parseBytes(name, bytes);
    return chunks.map(({ text }) => text).join("\n");
  } catch (error) {
    if (isFrontdeskError(error)) return error.code;
    throw error;
  }
}

function withType(root: string): string {
  return `<?xml version="1.0"?>${TYPE}${root}`;
}

describe("entities of XML", () => {
  const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;&b;</t></is></c></row></sheetData></worksheet>`;
  const xlsx = zipOf({
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": withType(sheet),
  });
  const odt = zipOf({
    mimetype: "application/vnd.oasis.opendocument.text",
    "content.xml": withType(
      `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>&e;&b;</text:p></office:text></office:body></office:document-content>`,
    ),
  });
  const epub = makeEpub("Book", ["<p>x</p>"], {
    "META-INF/container.xml": withType(
      `<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles><t>&e;</t></container>`,
    ),
  });

  const slides = unzipSync(makePptx([{ title: "T", lines: ["ENTITIES"] }]));
  const slide = strFromU8(slides["ppt/slides/slide1.xml"] ?? new Uint8Array());
  const pptx = zipOf({
    ...slides,
    "ppt/slides/slide1.xml": slide.replace("?>", `?>${TYPE}`).replace("ENTITIES", "&e;&b;"),
  });

  it.each([
    ["a workbook", "a.xlsx", xlsx],
    ["a presentation", "a.pptx", pptx],
    ["an OpenDocument text", "a.odt", odt],
    ["a book", "a.epub", epub],
  ])("in %s bring in no file and unfold nothing", async (_, name, bytes) => {
    const fate = await fateOf(name, bytes);

    expect(fate).not.toContain(SECRET);
    expect(fate).not.toContain("haha");
  });
});

describe("archives in archives", () => {
  it("are not opened, however deep, whatever they are called", async () => {
    let bytes: Uint8Array = zipOf({ "a.txt": "x" });
    for (let depth = 0; depth < 42; depth += 1) bytes = zipOf({ "inner.zip": bytes });

    expect(await fateOf("deep.docx", bytes)).toBe("document_broken");
    expect(await fateOf("deep.xlsx", bytes)).toBe("document_broken");
    await expect(parseBytes("deep.zip", bytes)).rejects.toThrow("ZIP (application/zip)");
  });
});

describe("a document that only says that it is encrypted", () => {
  it("in its text is read", async () => {
    expect(await fateOf("a.odt", makeOdt([odtParagraph("encryption-data of the plan")]))).toContain(
      "encryption-data",
    );
  });
});
