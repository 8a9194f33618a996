import { xml, zipOf } from "./zip.ts";

const NAMESPACES = ["office", "text", "table", "style", "manifest", "meta"]
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .join(" ");

/** A heading of an OpenDocument text. */
export function odtHeading(text: string, level: number): string {
  return `<text:h text:outline-level="${level}">${xml(text)}</text:h>`;
}

/** A paragraph of an OpenDocument text. */
export function odtParagraph(text: string): string {
  return `<text:p>${xml(text)}</text:p>`;
}

/** A table of an OpenDocument text. */
export function odtTable(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string =>
    `<table:table-cell>${odtParagraph(text)}</table:table-cell>`;
  const body = rows.map((row) => `<table:table-row>${row.map(cell).join("")}</table:table-row>`);
  return `<table:table table:name="T">${body.join("")}</table:table>`;
}

/** An OpenDocument text; `manifest` are further lines of the list of its files. */
export function makeOdt(parts: readonly string[], manifest = ""): Uint8Array {
  return zipOf({
    mimetype: "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": `<?xml version="1.0"?><manifest:manifest ${NAMESPACES}>${manifest}</manifest:manifest>`,
    "content.xml": `<?xml version="1.0"?><office:document-content ${NAMESPACES}><office:body><office:text>${parts.join("")}</office:text></office:body></office:document-content>`,
  });
}
