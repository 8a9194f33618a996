import { FrontdeskError } from "../../../src/core/index.ts";
import type { DocumentText } from "../blocks.ts";
import { extensionOf } from "../formats.ts";
import type { RawDocument, TextCall, TextReader } from "../parse/raw-document.ts";
import { sniffDocument } from "../sniff.ts";
import type { MailFile } from "./mail.ts";
import { mailText } from "./mail-text.ts";
import { parseEml } from "./parse-eml.ts";
import { parseOutlook } from "./parse-outlook.ts";

/** A mail that is attached to a mail that is attached to a mail is still read. */
const MAX_DEPTH = 3;

/**
 * Reads a mail with the documents attached to it.
 * @param readText reads the attached documents, mails among them
 * @throws FrontdeskError `document_broken`; what is wrong with an attached file is only a doubt
 */
export async function parseMail(
  raw: RawDocument,
  call: TextCall,
  readText: TextReader,
): Promise<DocumentText> {
  const mail = raw.kind === "outlook" ? await parseOutlook(raw.bytes) : await parseEml(raw.bytes);
  return await mailText(mail, (file) => readFile(file, call, readText), call.onDoubt);
}

async function readFile(
  file: MailFile,
  call: TextCall,
  readText: TextReader,
): Promise<DocumentText | null> {
  const { bytes, mediaType } = file;
  const sniffed = await sniffDocument(bytes, { extension: extensionOf(file.name), mediaType });
  if (sniffed.kind === "empty" || mediaType?.startsWith("image/") === true) return null;
  if (sniffed.kind === "unsupported") {
    throw new FrontdeskError("document_unsupported", `looks like ${sniffed.looksLike}`);
  }
  if (call.depth >= MAX_DEPTH) {
    throw new FrontdeskError("document_unsupported", "lies in too many mails around it");
  }
  const raw = { kind: sniffed.kind, bytes, source: file.name, charset: null };
  return await readText(raw, { ...call, depth: call.depth + 1 });
}
