import stringWidth from "string-width";
import type { Style, Theme } from "./theme.ts";

/** A piece of text of one look. */
export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

/** One line of a terminal, not yet painted. */
export type Line = readonly Span[];

/** A span of these styles. */
export function span(text: string, ...styles: readonly Style[]): Span {
  return { text, styles };
}

/** How many columns a line takes; Chinese characters take two. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

/** The line as it is written to the terminal. */
export function paintLine(line: Line, theme: Theme): string {
  return line
    .map(({ text, styles }) =>
      text === "" ? "" : styles.reduceRight((painted, style) => theme.paint(style, painted), text),
    )
    .join("");
}

/** Puts something before each line: `first` before the first one, `rest` before the others. */
export function prefixLines(lines: readonly Line[], first: Span, rest: Span): readonly Line[] {
  return lines.map((line, index) => {
    const prefix = index === 0 ? first : rest;
    // An empty line stays empty: spaces at the end of lines get into what people copy.
    return line.length === 0 && prefix.text.trim() === "" ? line : [prefix, ...line];
  });
}

/** Blank lines between blocks. */
export function joinBlocks(blocks: readonly (readonly Line[])[]): readonly Line[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [[], ...block]));
}
