import { errorMessage, isFrontdeskError } from "../../../src/core/index.ts";
import { type Block, type DocumentText, prose } from "../blocks.ts";
import { clean } from "../clean.ts";
import { parseHtmlFragment } from "../parse/html.ts";
import { parsePlainText } from "../parse/plain-text.ts";
import type { Mail, MailFile } from "./mail.ts";
import { ownWords } from "./quoted.ts";

/** Reads a file that came with a mail; null for what is no document (pictures, signatures). */
export type FileReader = (file: MailFile) => Promise<DocumentText | null>;

const MAX_FILES = 50;
const STRUCTURED = /<(?:table|h[1-6]|li)\b/iu;
/** What mail programs put around the mails that are answered, and around signatures. */
const QUOTED_HTML =
  /<blockquote\b[^>]*type="?cite[\s\S]*<\/blockquote>|<div\b[^>]*(?:class="[^"]*(?:gmail_quote|gmail_signature|moz-cite-prefix|moz-signature)|id="?(?:appendonsend|divRplyFwdMsg|Signature))[\s\S]*$/iu;

/**
 * Turns a mail into blocks: who wrote to whom, what he wrote himself, and below it each attached document under its name.
 * @param onDoubt told about attached documents that cannot be read
 */
export async function mailText(
  mail: Mail,
  readFile: FileReader,
  onDoubt: (doubt: string) => void,
): Promise<DocumentText> {
  const body = bodyBlocks(mail);
  const files: Block[] = [];
  for (const file of mail.files.slice(0, MAX_FILES)) {
    files.push(...(await fileBlocks(file, readFile, onDoubt)));
  }
  const isEmpty = body.length === 0 && files.length === 0;
  return {
    title: mail.subject === "" ? null : mail.subject,
    blocks: isEmpty ? [] : [...headerBlocks(mail), ...body, ...files],
  };
}

function headerBlocks({ from, to, date }: Mail): readonly Block[] {
  const parts = [from, to === "" ? "" : `→ ${to}`, date].filter((part) => part !== "");
  return parts.length === 0 ? [] : [prose(clean(parts.join(" · ")))];
}

function bodyBlocks({ text, html, subject }: Mail): readonly Block[] {
  const isPlainEnough = text.trim() !== "" && !STRUCTURED.test(html);
  if (isPlainEnough || html === "") {
    return parsePlainText(ownWords(clean(text), subject)).blocks;
  }
  const own = html.replace(QUOTED_HTML, "");
  const blocks = parseHtmlFragment(clean(own));
  return blocks.length > 0 ? blocks : parseHtmlFragment(clean(html));
}

async function fileBlocks(
  file: MailFile,
  readFile: FileReader,
  onDoubt: (doubt: string) => void,
): Promise<readonly Block[]> {
  try {
    const document = await readFile(file);
    if (document === null || document.blocks.length === 0) return [];
    const heading: Block = { kind: "heading", depth: 1, text: clean(file.name), page: null };
    return [heading, ...document.blocks.map(oneDeeper)];
  } catch (error) {
    const reason = isFrontdeskError(error) ? error.message : errorMessage(error);
    onDoubt(`has an attachment "${file.name}" that was left out: it ${reason}`);
    return [];
  }
}

function oneDeeper(block: Block): Block {
  return block.kind === "heading" ? { ...block, depth: Math.min(6, block.depth + 1) } : block;
}
