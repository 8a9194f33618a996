/** A number and what it counts. */
interface Figure {
  readonly value: string;
  /** The word or sign behind or before it; empty for none. */
  readonly unit: string;
}

/** What a sentence says, and the numbers in it. */
export interface Figures {
  /** The sentence without its numbers. */
  readonly words: string;
  readonly figures: readonly Figure[];
}

const ENGLISH_NUMBERS =
  "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
const ENGLISH_TENS = "thirty forty fifty sixty seventy eighty ninety".split(" ");
const WORD_VALUES: ReadonlyMap<string, number> = new Map([
  ...ENGLISH_NUMBERS.map((word, at) => [word, at + 2] as const),
  ...ENGLISH_TENS.map((word, at) => [word, (at + 3) * 10] as const),
]);
const HAN_DIGITS = "零一二三四五六七八九";

const SIGN = "[%‰€$£¥￥]";
const WRITTEN = `\\d+(?:[.,:]\\d+)*|\\b(?:${[...WORD_VALUES.keys()].join("|")})\\b|(?<![第每几])[一二两三四五六七八九十百]+(?=个?[天日周月年时分元块名人次小%])`;
const FIGURE = new RegExp(
  `(?<![\\p{Script=Latin}\\d_.:/#第-])(?:(?<before>${SIGN})\\s?)?(?<value>${WRITTEN})(?![\\d_]|[.:/-]\\d)\\s?(?<unit>${SIGN}|\\p{Script=Han}|[\\p{Script=Latin}]+)?`,
  "giu",
);
/** A year, or a part of a version, says when or where and not how much. */
const YEAR = /^(?:19|20)\d{2}$/u;

function hanValue(text: string): number {
  const digits = text.replaceAll("两", "二");
  const [hundreds, rest] = digits.includes("百") ? digits.split("百", 2) : ["", digits];
  const [tens, ones] = rest?.includes("十") ? rest.split("十", 2) : ["", rest];
  const digit = (one: string | undefined, none: number): number =>
    one === undefined || one === "" ? none : HAN_DIGITS.indexOf(one.at(-1) ?? "");
  const hundred = digits.includes("百") ? digit(hundreds, 1) * 100 : 0;
  const ten = rest?.includes("十") === true ? digit(tens, 1) * 10 : 0;
  return hundred + ten + digit(ones, 0);
}

function amountOf(written: string): string {
  const word = WORD_VALUES.get(written.toLowerCase());
  if (word !== undefined) return String(word);
  if (/^\d/u.test(written)) return written.replace(/,(?=\d{3}(?!\d))/gu, "");
  return String(hanValue(written));
}

/** Reads the numbers of a sentence, in figures and in words; years are none. */
export function figuresOf(sentence: string): Figures {
  const figures: Figure[] = [];
  let words = "";
  let at = 0;
  for (const match of sentence.matchAll(FIGURE)) {
    const { before = "", value = "", unit = "" } = match.groups ?? {};
    if (YEAR.test(value)) continue;
    figures.push({ value: amountOf(value), unit: unitOf(before === "" ? unit : before) });
    words += `${sentence.slice(at, match.index)} `;
    at = match.index + match[0].length - unit.length;
  }
  return { words: words + sentence.slice(at), figures };
}

function unitOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/(?<=\p{Script=Latin}{2})s$/u, "")
    .replace("￥", "¥");
}
