import { type Block, type DocumentText, prose } from "../blocks.ts";

const BULLET = /^\s*(?:[-*+•·▪]|\d{1,3}[.)、])\s+/u;

/**
 * Reads plain text: empty lines part paragraphs, and underlined lines (`===`, `---`) are headings. Lines stay as they
 * are, since in plain text they may be verses, addresses or columns.
 */
export function parsePlainText(text: string): DocumentText {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    const paragraph = lines.join("\n").trim();
    if (paragraph !== "") blocks.push(prose(paragraph));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const depth = underlineDepth(line, lines.at(-1));
    if (depth !== null) {
      const heading = lines.pop()?.trim() ?? "";
      flush();
      blocks.push({ kind: "heading", depth, text: heading, page: null });
    } else if (line.trim() === "") {
      flush();
    } else {
      if (BULLET.test(line) && lines.length > 0 && !BULLET.test(lines[0] ?? "")) flush();
      lines.push(line.trimEnd());
    }
  }
  flush();
  return { title: null, blocks };
}

/** 1 for a line of `=`, 2 for one of `-` or `~`, when it is as long as the line above it; null for anything else. */
function underlineDepth(line: string, above: string | undefined): number | null {
  const mark = /^(=+|-+|~+)\s*$/u.exec(line)?.[1];
  if (mark === undefined || above === undefined || above.trim() === "") return null;
  const width = above.trim().length;
  if (mark.length < 3 || mark.length < width * 0.6 || width > 100) return null;
  return mark.startsWith("=") ? 1 : 2;
}
