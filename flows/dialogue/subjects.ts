import { cleanLine } from "../language/index.ts";

const BORDER = "[\\p{L}\\p{M}\\p{N}_'’./+#-]";
const HAN = /\p{Script=Han}/u;
/** Two Latin letters in lower case are a piece of something rather than a subject ("qu'est-ce"). */
const LEAST_LETTERS = 3;

interface Place {
  readonly at: number;
  readonly words: string;
}

/** Where a term stands in what the person wrote, and how; null when it does not stand there as words of its own. */
function placeOf(term: string, written: string): Place | null {
  // Under the flag `u` nothing else may be escaped, a hyphen neither.
  const escaped = term.replaceAll(/[.*+?^${}()|[\]\\/]/gu, "\\$&").replaceAll(" ", "\\s+");
  // Full stops end sentences as well as names.
  const border = HAN.test(term)
    ? ["", ""]
    : [`(?<!${BORDER})`, `(?!\\.?${BORDER.replace(".", "")})`];
  const found = new RegExp(`${border[0]}${escaped}${border[1]}`, "iu").exec(written);
  if (found === null) return null;
  const words = found[0];
  const isPiece = !HAN.test(words) && words.length < LEAST_LETTERS && words === words.toLowerCase();
  return isPiece ? null : { at: found.index, words };
}

/** Subjects that follow one another are one: "weather tomorrow". */
function joined(places: readonly Place[], written: string): readonly string[] {
  const subjects: { from: number; to: number }[] = [];
  for (const { at, words } of places.toSorted((a, b) => a.at - b.at)) {
    const last = subjects.at(-1);
    const end = at + words.length;
    if (last !== undefined && /^\s*$/u.test(written.slice(last.to, at))) {
      last.to = Math.max(last.to, end);
    } else subjects.push({ from: at, to: end });
  }
  return subjects.map(({ from, to }) => written.slice(from, to));
}

/**
 * Names what nothing was found about in the words of the person. Null when that would read oddly: a term is only a piece of
 * what they wrote, or is not there at all because the question was completed or mended.
 */
export function subjectsOf(
  missing: readonly string[],
  texts: readonly string[],
): readonly string[] | null {
  const written = cleanLine(texts.join(" \n "));
  const places: Place[] = [];
  for (const term of missing) {
    const place = placeOf(term, written);
    if (place === null) return null;
    places.push(place);
  }
  return joined(places, written);
}
