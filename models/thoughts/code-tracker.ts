/** Code in a line is short; a lone backtick is none. */
const LONGEST_INLINE = 80;
const FENCE = 3;
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
  /** Nothing but spaces before those on their line. */
  readonly isAtStart: boolean;
}

/** @param knowsFences false where only code inside of a line counts */
export function createCodeTracker(knowsFences: boolean): CodeTracker {
  let place: Place = { isFenced: false, isInline: false, run: 0, isAtStart: true };
  return {
    push: (text) => {
      place = moved(place, text, knowsFences);
    },
    isCode: (before, after) => {
      const { isFenced, isInline } = afterRun(moved(place, before, knowsFences), knowsFences);
      if (isFenced) return FENCE_LINE.test(after) ? "yes" : "undecided";
      if (!isInline) return "no";
      const line = after.slice(0, LONGEST_INLINE);
      const end = /[`\n]/u.exec(line)?.[0];
      if (end !== undefined) return end === "`" ? "yes" : "no";
      return line.length < LONGEST_INLINE ? "undecided" : "no";
    },
  };
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
  return place.isFenced ? rest : { ...rest, isInline: !place.isInline };
}
