/** What stands above a mail that is answered: "On … wrote:", "在 … 写道：", a line of dashes, a block of header lines. */
const INTRODUCTION =
  /^(?:on\b.{5,200}\bwrote:|在.{5,200}写道[:：]|.{5,200}<[^<>\s]+@[^<>\s]+>\s*(?:于.{5,60})?写道[:：])$/iu;
const DIVIDER =
  /^(?:-{3,}|_{3,})\s*(?:original message|原始邮件|原邮件|原始郵件)\s*(?:-{3,}|_{3,})$/iu;
const HEADER_LINE =
  /^\*?(?:from|sent|to|cc|subject|date|发件人|发送时间|收件人|抄送|主题|日期)\*?\s*[:：]/iu;
const FORWARDED = /^\s*(?:fwd?|wg|转发|轉寄)\s*[:：]/iu;
const SIGNATURE = /^--\s?$/u;
/** Header lines in a row that make a quoted mail. */
const MIN_HEADER_LINES = 3;

/**
 * What the author of a mail wrote himself: without the mails that it answers and without his signature. A forwarded mail
 * stays whole, since there the quotation is what matters, and so does one that consists of quotation only.
 */
export function ownWords(text: string, subject: string): string {
  if (FORWARDED.test(subject)) return text;
  const lines = cutAt(text.split("\n"), endsMail);
  const own = cutAt(lines, introducesQuote)
    .filter((line) => !line.startsWith(">"))
    .join("\n")
    .trim();
  return own === "" ? text : own;
}

/** Whether from somewhere in this text on it is no longer its author who speaks: a signature, or a mail that is quoted. */
export function endsOwnWords(text: string): boolean {
  const lines = text.split("\n");
  return lines.some((_, index) => endsMail(lines, index) || introducesQuote(lines, index));
}

type LineRule = (lines: readonly string[], index: number) => boolean;

function cutAt(lines: readonly string[], rule: LineRule): readonly string[] {
  const end = lines.findIndex((_, index) => rule(lines, index));
  return end < 0 ? lines : lines.slice(0, end);
}

const endsMail: LineRule = (lines, index) => {
  const line = (lines[index] ?? "").trim();
  if (SIGNATURE.test(line) || DIVIDER.test(line)) return true;
  return HEADER_LINE.test(line) && headerLinesFrom(lines, index) >= MIN_HEADER_LINES;
};

/** Answers between the quoted lines belong to the author: only what is quoted to the end is left out. */
function introducesQuote(lines: readonly string[], index: number): boolean {
  if (!INTRODUCTION.test((lines[index] ?? "").trim())) return false;
  const rest = lines.slice(index + 1).filter((line) => line.trim() !== "");
  return rest.every((line) => line.startsWith(">")) || !rest.some((line) => line.startsWith(">"));
}

function headerLinesFrom(lines: readonly string[], index: number): number {
  const block = lines.slice(index, index + 8);
  const end = block.findIndex((line) => !HEADER_LINE.test(line.trim()));
  return end < 0 ? block.length : end;
}
