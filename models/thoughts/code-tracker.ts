/** Code in a line is short; a lone backtick is none. */
const LONGEST_INLINE = 80;
const FENCE = 3;
/** Chinese puts no space before code. */
const WORD = /[A-Za-z0-9]/u;
const FENCE_LINE = /\n {0,3}```/u;

/** Whether what follows is code, as far as can be told: `undecided` while only more text can tell. */
type InCode = "yes" | "no" | "undecided";

/** Follows Markdown while it streams in, to know what is only quoted as code. */
export interface CodeTracker {
  push(text: string): void;
  /**
   * @param before text since the last `push`, up to the place that is asked about
   * @param after what is known of the text behind that place
   */
  isCode(before: string, after: string): InCode;
}

interface Place {
  readonly isFenced: boolean;
  readonly isInline: boolean;
  /** Backticks up to here. */
  readonly run: number;
  /** A letter or digit stands directly before those, or is the last character: as in "John`s" they open no code. */
  readonly isBehindWord: boolean;
  /** Nothing but spaces before those on their line. */
  readonly isAtStart: boolean;
}

/** @param knowsFences false in thoughts, where only a mark directly between two backticks counts */
export function createCodeTracker(knowsFences: boolean): CodeTracker {
  let place: Place = {
    isFenced: false,
    isInline: false,
    run: 0,
    isBehindWord: false,
    isAtStart: true,
  };
  return {
    push: (text) => {
      place = moved(place, text, knowsFences);
    },
    isCode: (before, after) => {
      const here = moved(place, before, knowsFences);
      const { isFenced, isInline } = afterRun(here, knowsFences);
      if (isFenced) return FENCE_LINE.test(after) ? "yes" : "undecided";
      if (!isInline) return "no";
      if (!knowsFences) return here.run === 0 ? "no" : isQuoted(after);
      const line = after.slice(0, LONGEST_INLINE);
      const end = /[`\n]/u.exec(line)?.[0];
      if (end !== undefined) return end === "`" ? "yes" : "no";
      return line.length < LONGEST_INLINE ? "undecided" : "no";
    },
  };
}

function isQuoted(after: string): InCode {
  if (after === "") return "undecided";
  return after.startsWith("`") ? "yes" : "no";
}

function moved(from: Place, text: string, knowsFences: boolean): Place {
  let place = from;
  for (const character of text) {
    if (character === "`") {
      place = { ...place, run: place.run + 1 };
      continue;
    }
    place = afterRun(place, knowsFences);
    if (character === "\n") place = { ...place, isInline: false, isAtStart: true };
    else if (character !== " ") place = { ...place, isAtStart: false };
    place = { ...place, isBehindWord: WORD.test(character) };
  }
  return place;
}

/** What backticks mean once it is known how many they are. */
function afterRun(place: Place, knowsFences: boolean): Place {
  if (place.run === 0) return place;
  const rest = { ...place, run: 0, isAtStart: false };
  if (knowsFences && place.isAtStart && place.run >= FENCE) {
    return { ...rest, isFenced: !place.isFenced, isInline: false };
  }
  if (place.isFenced || (place.isBehindWord && !place.isInline)) return rest;
  return { ...rest, isInline: !place.isInline };
}
