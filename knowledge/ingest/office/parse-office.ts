import type { OfficeParserAST } from "officeparser";
import { isFrontdeskError } from "../../../src/core/index.ts";
import type { DocumentText } from "../blocks.ts";
import { brokenDocument } from "../faults.ts";
import { officeBlocks } from "./office-blocks.ts";
import { openOffice, titleOf } from "./open-office.ts";

const NAMES = {
  pptx: "PowerPoint file",
  odp: "presentation",
  odt: "OpenDocument text",
  rtf: "RTF file",
} as const;

/**
 * Reads presentations, OpenDocument texts and RTF.
 * @throws FrontdeskError `document_broken`, `document_encrypted`, `source_too_large`
 */
export async function parseOffice(
  bytes: Uint8Array,
  kind: keyof typeof NAMES,
): Promise<DocumentText> {
  const archive = kind === "rtf" ? null : await openOffice(bytes, NAMES[kind]);
  const { content, attachments } = await readTree(bytes, kind);
  const blocks = officeBlocks(content, attachments);
  return { title: archive === null ? null : await titleOf(archive, blocks), blocks };
}

async function readTree(bytes: Uint8Array, kind: keyof typeof NAMES): Promise<OfficeParserAST> {
  try {
    const { parseOffice: parse } = await import("officeparser");
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return await parse(buffer, {
      fileType: kind,
      ocr: false,
      // Where the numbers behind charts are.
      extractAttachments: kind === "pptx" || kind === "odp",
      outputErrorToConsole: false,
    });
  } catch (error) {
    if (isFrontdeskError(error)) throw error;
    throw brokenDocument(NAMES[kind], error);
  }
}
