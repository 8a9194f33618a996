import { stem } from "../language/index.ts";

const PAIRS = `increase decrease, before after, first last, most least, more less, north south, east west, northern southern,
eastern western, high low, higher lower, highest lowest, largest smallest, larger smaller, large small, early late, earlier later, earliest
latest, best worst, better worse, oldest newest, older newer, old new, minimum maximum, above below, inside outside, begin end, start
stop, allow forbid, win lose, enter leave, buy sell, male female, men women, rich poor, public private, internal external, positive
negative, legal illegal, open closed, strong weak, stronger weaker, long short, longer shorter, fast slow, faster slower, hot cold, left
right, upper lower, top bottom, major minor, majority minority, rise fall, add remove, enable disable, accept reject, agree disagree, support
oppose, import export, active inactive, same different, always never, full partial, single multiple, natural artificial, direct indirect,
young old, younger older, wide narrow, deep shallow, include exclude, success failure, arrival departure, employer employee`;

const OPPOSITES: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const all = new Map<string, Set<string>>();
  const add = (word: string, other: string): void => {
    all.set(word, (all.get(word) ?? new Set()).add(other));
  };
  for (const pair of PAIRS.split(/,\s+/u)) {
    const [left = "", right = ""] = pair.split(/\s+/u).map(stem);
    add(left, right);
    add(right, left);
  }
  return all;
})();

/** Whether a question says one word ("largest") where the text, which has not got it, says its opposite ("smallest"). */
export function saysOpposite(question: readonly string[], text: ReadonlySet<string>): boolean {
  return question.some((word) => {
    if (text.has(word)) return false;
    return [...(OPPOSITES.get(word) ?? [])].some((other) => text.has(other));
  });
}

/** Words that turn what is said into its contrary, in both languages. */
const NEGATION =
  /\b(?:not|never|no|none|nor|neither|without|except|cannot|lack(?:s|ed|ing)?|fail(?:s|ed)?|\p{L}+n['’]t)\b|不|没|未|非|无/iu;

/** Whether a text denies something. */
export function isNegated(text: string): boolean {
  return NEGATION.test(text);
}

const EXTREME =
  /\b(?:first|last|only|main|primary|original|most|least|fewest|best|worst|latest|earliest|(?:larg|bigg|small|high|low|old|new|long|short)est)\b|最[\p{Script=Han}]|第一|唯一/iu;

/** Whether a text speaks of the first, the only, the largest one. */
export function saysExtreme(text: string): boolean {
  return EXTREME.test(text);
}
