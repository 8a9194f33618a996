import { xml, zipOf } from "./zip.ts";

const NAMESPACES =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";

/** One slide: its title, its lines, and a table below. */
export interface TestSlide {
  readonly title: string | null;
  readonly lines: readonly string[];
  readonly table?: readonly (readonly string[])[];
}

function shape(text: readonly string[], placeholder: string): string {
  const paragraphs = text.map((line) => `<a:p><a:r><a:t>${xml(line)}</a:t></a:r></a:p>`).join("");
  return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>${paragraphs}</p:txBody></p:sp>`;
}

function slideXml({ title, lines, table }: TestSlide): string {
  const cell = (text: string): string =>
    `<a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:t>${xml(text)}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const rows = (table ?? []).map((row) => `<a:tr h="1">${row.map(cell).join("")}</a:tr>`).join("");
  const frame =
    table === undefined
      ? ""
      : `<p:graphicFrame><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>${rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const head = title === null ? "" : shape([title], '<p:ph type="title"/>');
  return `<?xml version="1.0"?><p:sld ${NAMESPACES}><p:cSld><p:spTree>${head}${shape(lines, '<p:ph idx="1"/>')}${frame}</p:spTree></p:cSld></p:sld>`;
}

/** A PowerPoint file. */
export function makePptx(slides: readonly TestSlide[]): Uint8Array {
  const numbers = slides.map((_, index) => index + 1);
  const files: Record<string, string> = {
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="ppt/presentation.xml"/></Relationships>`,
    "ppt/presentation.xml": `<p:presentation ${NAMESPACES}><p:sldIdLst>${numbers.map((n) => `<p:sldId id="${255 + n}" r:id="r${n}"/>`).join("")}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": `<Relationships xmlns="${PACKAGE}">${numbers.map((n) => `<Relationship Id="r${n}" Type="${OFFICE}/slide" Target="slides/slide${n}.xml"/>`).join("")}</Relationships>`,
  };
  for (const [index, slide] of slides.entries()) {
    files[`ppt/slides/slide${index + 1}.xml`] = slideXml(slide);
  }
  return zipOf(files);
}
