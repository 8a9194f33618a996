/** A stretch of text and the white space that stood before it (empty at the start and between Chinese sentences). */
export interface Stretch {
  readonly glue: string;
  readonly text: string;
}

const BORDER = /[。！？；]{1,8}[”’」』）》]{0,4}|[.!?]{1,8}["'”’)\]]{0,4}(?=\s)|\n/gu;
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|fig|no|mr|mrs|ms|dr|prof|st|inc|ltd|\p{L})\.$/iu;
const STARTS_SMALL = /^\s+\p{Ll}/u;
/** Words, and stretches that end at a comma or colon; white space apart. */
const ATOM = /\s+|[^\s，、：,]+[，、：,]*|[，、：,]+/gu;

/**
 * Cuts a text into sentences: after 。！？； and their closing quotes, after . ! ? before white space (not after common
 * abbreviations or before a small letter), and at line ends. Glue and text together give the input back, but for the
 * white space at its two ends.
 */
export function splitSentences(text: string): Stretch[] {
  const slices: string[] = [];
  let start = 0;
  for (const match of text.matchAll(BORDER)) {
    const end = match.index + match[0].length;
    if (match[0] !== "\n" && isInsideSentence(text, start, end)) continue;
    slices.push(text.slice(start, end));
    start = end;
  }
  slices.push(text.slice(start));
  return withGlue(slices);
}

/** Cuts a text into words and phrases, finer than sentences; gives the input back like {@link splitSentences}. */
export function splitWords(text: string): Stretch[] {
  return withGlue(text.match(ATOM) ?? []);
}

function isInsideSentence(text: string, start: number, end: number): boolean {
  if (text[end - 1] !== ".") return false;
  if (STARTS_SMALL.test(text.slice(end, end + 8))) return true;
  return ABBREVIATION.test(text.slice(Math.max(start, end - 12), end));
}

function withGlue(slices: readonly string[]): Stretch[] {
  const stretches: Stretch[] = [];
  let glue = "";
  for (const slice of slices) {
    const text = slice.trim();
    if (text === "") {
      glue += slice;
      continue;
    }
    const lead = slice.slice(0, slice.length - slice.trimStart().length);
    stretches.push({ glue: stretches.length === 0 ? "" : glue + lead, text });
    glue = slice.slice(slice.trimEnd().length);
  }
  return stretches;
}
