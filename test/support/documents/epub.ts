import { xml, zipOf } from "./zip.ts";

/** A book; each chapter is XHTML for its body. `more` are further files. */
export function makeEpub(
  title: string,
  chapters: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Uint8Array {
  const page = (body: string): string =>
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>${body}</body></html>`;
  const items = chapters.map(
    (_, index) =>
      `<item id="c${index}" href="text/c%20${index}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const order = chapters.map((_, index) => `<itemref idref="c${index}"/>`);
  const files: Record<string, string> = {
    mimetype: "application/epub+zip",
    "META-INF/container.xml": `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    "OEBPS/book.opf": `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xml(title)}</dc:title></metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>${items.toReversed().join("")}</manifest><spine>${order.join("")}</spine></package>`,
    "OEBPS/nav.xhtml": page("<nav><ol><li><a href='x'>Contents of the book</a></li></ol></nav>"),
    ...more,
  };
  for (const [index, body] of chapters.entries()) files[`OEBPS/text/c ${index}.xhtml`] = page(body);
  return zipOf(files);
}
