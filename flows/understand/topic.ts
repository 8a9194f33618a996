import { ENGLISH_STOP_WORDS } from "../language/index.ts";
import { TAIL_WORDS } from "./tail-words.ts";

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}_.'’+/-]*/gu;
/** Words for somebody of whom something may be asked. */
export const PEOPLE_WORDS =
  "(?:apprentice|candidate|client|colleague|consultant|contractor|customer|designer|developer|director|driver|employee|engineer|executive|external|father|freelancer|guest|hire|intern|joiner|kid|leader|manager|member|mother|newcomer|parent|partner|relative|starter|student|supervisor|supplier|temp|trainee|user|visitor|volunteer|worker|(?:part|full)[- ]timer)s?|people|staff|children|family|families";
const ENGLISH_PEOPLE = new RegExp(`(?:^|\\s)(?:${PEOPLE_WORDS})$|^(?:part|full)[- ]time$`, "iu");

/** Whether words name people. */
export function isPeople(words: string): boolean {
  return ENGLISH_PEOPLE.test(words);
}

/** Verbs and adjectives of questions that are not what a question is about. */
const ACTION_WORDS = new Set(
  `add apply approve approved ask buy book calculated cancel carry change claim configure connect cost costs create delete
  difference differences enable enter expire explain file find fix happen happens hire include increase install join last
  leave look made main make mean means move open order paid pay possible print process purpose receive remove renew report
  request reset restart return run save send set setup show sign start stop submit switch take takes turn update upload
  use used using work works write`
    .split(/\s+/u)
    .filter((word) => word !== ""),
);

/** Words that are verbs alone and nouns behind another one: "sick leave", "travel cost". */
const NOUNS_BEHIND_OTHERS = new Set(
  "leave cost costs order request report process purpose use change claim".split(" "),
);

interface Run {
  readonly text: string;
  readonly start: number;
  readonly isName: boolean;
}

function runsOf(question: string): readonly Run[] {
  const runs: Run[] = [];
  let current: { words: string[]; start: number; end: number } | null = null;
  const close = (): void => {
    if (current !== null && current.words.length > 0) {
      const text = question.slice(current.start, current.end);
      runs.push({ text, start: current.start, isName: /\p{Lu}/u.test(text) && current.start > 0 });
    }
    current = null;
  };
  for (const match of question.matchAll(WORD)) {
    const word = match[0].replace(/[.'’-]+$/u, "");
    const lower = word.toLowerCase();
    const isBreak =
      current !== null && /[,;:()"“”]/u.test(question.slice(current.end, match.index));
    if (isBreak) close();
    // "Annual leave" is a thing, "can I leave" is not.
    const isThing = current !== null && NOUNS_BEHIND_OTHERS.has(lower);
    const isContent = !ENGLISH_STOP_WORDS.has(lower) && (isThing || !ACTION_WORDS.has(lower));
    if (!isContent) {
      close();
      continue;
    }
    current ??= { words: [], start: match.index, end: match.index };
    current.words.push(word);
    current.end = match.index + word.length;
  }
  close();
  return runs;
}

const VERB_TAIL = /^(?:\p{Ll}{2,}(?:ed|ing)|\p{Ll}{3,}ly)$/u;

/** A verb, an adverb or a judgement at the end of a run: "restorations occurred", "system chosen", "debt quickly". */
function withoutVerbTail(text: string): string {
  const words = text.split(/\s+/u);
  const isTail = (word: string): boolean => VERB_TAIL.test(word) || TAIL_WORDS.has(word);
  while (words.length > 1 && isTail(words.at(-1) ?? "")) words.pop();
  return words.join(" ");
}

/** "did Travis tour", "did the movie release nationwide": behind "did" stands who does it, and then a verb. */
function withoutAction(question: string, { text, start }: Run): string {
  const words = withoutVerbTail(text).split(/\s+/u);
  const lead = question.slice(0, start);
  if (words.length < 2 || !/\b(?:do|does|did)(?: the| an?)? $/iu.test(lead)) return words.join(" ");
  const lower = words.findIndex((word, at) => at > 0 && /^\p{Ll}/u.test(word));
  const isName = /^\p{Lu}/u.test(words[0] ?? "");
  if (isName) return words.slice(0, lower < 0 ? words.length : lower).join(" ");
  return words.slice(0, -1).join(" ");
}

/** "Sun Ra's early career" speaks of Sun Ra. */
function ownerOf(name: string): string {
  return name.replace(/['’]s?\s.*$/u, "").replace(/['’]s$/u, "");
}

/** Nouns that say what is asked of a thing rather than the thing: "the side effects", "some of the causes". */
const ASPECT =
  /(?:^|\s)(?:advantage|aspect|award|benefit|cause|change|detail|difference|difficulty|disadvantage|effect|example|factor|feature|finding|goal|idea|importance|impact|influence|kind|level|life|limit|meaning|method|name|option|origin|part|place|purpose|reason|recommendation|result|risk|role|sign|sort|source|step|symptom|thing|time|tip|type|use|way|year)s?$/iu;

/** Whether words name what is asked of a thing, and no thing that a later question may point to. */
export function isAspect(topic: string): boolean {
  return ASPECT.test(topic) && !/\p{Lu}/u.test(topic.slice(1));
}

function isAfterPreposition(question: string, { start }: Run): boolean {
  return /\b(?:in|at|on|from|to|into|with|during|after|before|by|near) (?:the |an? )?$/iu.test(
    question.slice(0, start),
  );
}

/** The person or group that an English question names; null when it names none. */
export function englishPerson(question: string): string | null {
  const names = runsOf(` ${question}`).filter((run) => run.isName);
  const acting = names.find((run) => !isAfterPreposition(` ${question}`, run));
  const name = acting ?? names[0];
  return name === undefined ? null : ownerOf(withoutAction(` ${question}`, name));
}

/** "days of annual leave": counts a thing and is none. */
const UNITS =
  /^(?:minutes|hours|days|weeks|months|years|times|euros|dollars|pounds|percent|points)$/iu;

/** Things of which an English question has several: its last run of words in the plural. */
export function englishPlural(question: string): string | null {
  const runs = runsOf(question).map((run) => withoutAction(question, run));
  return runs.findLast((text) => /[^s]s$/iu.test(text) && !UNITS.test(text)) ?? null;
}

/** Whether words with an article, or a name, stand in a text: something that "it" may point to. */
export function namesSomething(text: string): boolean {
  return runsOf(text).some(
    (run) =>
      run.isName ||
      /\b(?:the|an?|my|our|your|his|her|their|this|that) $/iu.test(text.slice(0, run.start)),
  );
}

/**
 * What an English question is about: a name in it, what follows "of", else its last run of content words. Null when it has
 * none.
 */
export function englishTopic(question: string): string | null {
  const runs = runsOf(question);
  const names = runs.filter((run) => run.isName);
  const defined =
    /^(?:so |and |ok,? )?(?:what|who)(?:'s| is| are| was| were) (?:an? |the )?/iu.exec(question);
  if (defined !== null) {
    const subject = runs.find((run) => run.start >= defined[0].length - 1);
    const of = runs.find((run) =>
      /\b(?:of|for|about) (?:the |an? |my |our )?$/iu.test(question.slice(0, run.start)),
    );
    const chosen = of ?? subject;
    return chosen === undefined ? null : withoutAction(question, chosen);
  }
  const last = names.at(-1) ?? runs.at(-1);
  return last === undefined ? null : withoutAction(question, last);
}

/** What "it" may stand for: as {@link englishTopic}, but no people ("the budget for employees", "laptop do designers get"). */
export function englishThing(question: string): string | null {
  const topic = englishTopic(question);
  if (topic === null || !isPeople(topic)) return topic;
  const things = runsOf(question).map((run) => withoutAction(question, run));
  return things.findLast((thing) => !isPeople(thing)) ?? topic;
}
