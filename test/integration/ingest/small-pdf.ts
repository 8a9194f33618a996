/** A line of text at a place of a page, in points from the lower left corner. */
export interface PlacedText {
  readonly text: string;
  readonly x?: number;
  readonly y: number;
  readonly size?: number;
}

const HELVETICA =
  "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/** A PDF of a few pages in Helvetica; texts in ASCII. */
export function makePdf(pages: readonly (readonly PlacedText[])[], title?: string): Buffer {
  const contents = pages.map((lines) =>
    lines
      .map(({ text, x = 72, y, size = 11 }) => {
        const escaped = text.replaceAll(/[\\()]/gu, "\\$&");
        return `BT /F1 ${size} Tf ${x} ${y} Td (${escaped}) Tj ET`;
      })
      .join("\n"),
  );
  return assemble(contents, [HELVETICA], title);
}

/** A PDF of one page in a Chinese font that is not embedded and names one of Adobe's character maps. */
export function makeChinesePdf(text: string): Buffer {
  const codes = Buffer.from(text, "utf16le").swap16().toString("hex");
  return assemble(
    [`BT /F1 12 Tf 72 700 Td <${codes}> Tj ET`],
    [
      "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
      "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R /DW 1000 >>",
      "<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ],
  );
}

/** Objects: 1 catalogue, 2 page tree, 3… fonts, then page and content in turn, at last the information. */
function assemble(contents: readonly string[], fonts: readonly string[], title?: string): Buffer {
  const first = 3 + fonts.length;
  const pageIds = contents.map((_, index) => first + 2 * index);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${pageIds.map((id) => `${id} 0 R`).join(" ")}] /Count ${pageIds.length} >>`,
    ...fonts,
    ...contents.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + 2 * index + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
    `<< /Title (${title ?? ""}) >>`,
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  const trailer = `trailer << /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>`;
  return Buffer.from(`${body}${table}${trailer}\nstartxref\n${body.length}\n%%EOF\n`, "latin1");
}
