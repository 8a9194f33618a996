import picocolors from "picocolors";

/** What a piece of text is, not how it looks. */
export type Style =
  | "strong"
  | "emphasis"
  | "struck"
  | "code"
  | "heading"
  | "link"
  /** `[1]` in an answer and before its source. */
  | "reference"
  /** Secondary: quotes, notes, hints. */
  | "dim"
  /** The prompt, names and numbers to choose. */
  | "accent"
  /** Something that needs the reader's attention. */
  | "alert";

/** How pieces of text look on this terminal. */
export interface Theme {
  readonly isPlain: boolean;
  paint(style: Style, text: string): string;
}

/** Text as it is: for pipes, files and `NO_COLOR`. */
export const plainTheme: Theme = { isPlain: true, paint: (_style, text) => text };

/** The sixteen colours of the terminal's own palette, so that it fits light and dark backgrounds alike. */
export function createTheme(options: { readonly colour: boolean }): Theme {
  if (!options.colour) return plainTheme;
  const colours = picocolors.createColors(true);
  const painters = {
    strong: colours.bold,
    emphasis: colours.italic,
    struck: colours.strikethrough,
    code: colours.cyan,
    heading: (text: string) => colours.bold(colours.underline(text)),
    link: colours.underline,
    reference: colours.cyan,
    dim: colours.dim,
    accent: colours.cyan,
    alert: colours.yellow,
  } satisfies Record<Style, (text: string) => string>;
  return { isPlain: false, paint: (style, text) => painters[style](text) };
}
