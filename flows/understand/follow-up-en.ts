import { isTelling, stem, termsOf } from "../language/index.ts";
import type { Focus } from "../tasks/contracts.ts";
import { isClause, PREPOSITIONS, substitute, supposed, withoutMark } from "./fragments-en.ts";
import {
  englishPerson,
  englishPlural,
  englishThing,
  englishTopic,
  isAspect,
  namesSomething,
} from "./topic.ts";

const ELLIPSIS = new RegExp(
  `^(?:(?:ok(?:ay)?|and|but|or|so|also|then|well)[,\\s]+)*(?:(?:what|how) (?:about|if (?:it is|it's|i am|i'm)?)|(?:is it |does (?:it|that|this) )?the same (?:for|with|in|at)|same (?:for|with|question for)|(?:and|or|but)(?= (?:${PREPOSITIONS}|if|when)\\b))\\s*(.+?)[\\s?.!]*$`,
  "iu",
);
const PREPOSITION_ONLY = new RegExp(
  `^(?:${PREPOSITIONS}|if|when(?!\\s+(?:do|does|did|is|are|was|were|will|would|can|could|should|has|have|had|may|must|am)\\b))\\s+.{1,60}\\?*$`,
  "iu",
);
const BARE_QUESTION =
  /^(?:and |but |so |ok |until |since |by |from |for )?(?:why|how|when|where|who|whom|until when|since when|how (?:long|much|many|often|far|soon|late)|which (?:one|ones)|what (?:for|else)|why not|how so|how come|to whom|with whom|by whom)[\s?!.]*$/iu;
const AND_NOUN = /^(?:and|or|but) (?:(?:the|an?|my|our) )?((?:[\w'-]+ ?){1,4})\?+$/iu;
const PRONOUN = /\b(it|its|they|them|their|theirs|he|she|him|her|his)\b/giu;
const PRONOUN_WITHIN =
  /\b(?:it|its|they|them|their|theirs|he|she|him|her|his|these|those|ones?)\b/iu;
const POINTER = /^(?:this|that|these|those|it|them)(?: (?:one|ones))?$|^the other (?:one|ones)$/iu;
const DEMONSTRATIVE =
  /\b(this|that|these|those|(?<!\b(?:just|only|no|any|every|each|some|at least) )ones?(?!\s+\p{L}+\s+\p{L}+))\b(?!\s+(?:is|are|was|were|way|kind|sort|time|year|month|week|day)\b)/iu;
const PLEONASTIC =
  /\b(?:is|was|would|will|does|did|isn't|can) it (?:possible|okay|ok|allowed|true|necessary|better|worth|safe|legal|mandatory|required|matter|make sense|take|cost|rain|hurt|be possible|be ok|likely|normal|common|important|hard|difficult|easy|correct|right)\b|\bit(?:'s| is) (?:possible|true|ok|okay|allowed|said|better|raining)\b|\b(?:do|does|did|will|can|could|should|would) (?:i|we|you) (?:\w+ )?(?:make|do|get) it\b/iu;
const COST_OR_TIME =
  /^(?:(?:and|but|so) )?(?:how (?:long|much|many \w+)|what) (?:does|will|would|did|do) (?:it|that|this) (?:take|cost|need)(?: (?:me|us|then|usually|normally))?[\s?.!]*$/iu;
/** What in a follow-up speaks of its own subject: then "it" may point within the question. */
const MAX_OWN_TERMS_WITH_PRONOUN = 5;

/** What is said to the answer before, ahead of the next question: "By the way,", "Got it.", "No worries!". */
const LEAD_IN =
  /^(?:(?:by the way|btw|i see|got it|great|nice|cool|ok(?:ay)?|alright|interesting|good to know|no worries|don't worry|of course|oh my god|thanks for [\w ]{1,30}|(?:i am|i'm) (?:just )?(?:wondering|curious))\s*[,.!:]+\s*)+(?=\S+\s+\S)/iu;
/** "Talking about business, what are …": said again behind the comma, or it would be lost. */
const SPOKEN_OF =
  /^(?:by the way,? )?(?:talking|speaking) (?:about|of) ([^,.!?]{2,40}?)(?: again)?,\s*(?=\S+\s+\S)/iu;

function withoutLeadIn(question: string): string {
  const plain = question.replace(LEAD_IN, "");
  const spoken = SPOKEN_OF.exec(plain);
  if (spoken === null) return plain;
  const rest = plain.slice(spoken[0].length);
  const last = stem(spoken[1]?.split(/\s+/u).at(-1)?.toLowerCase() ?? "");
  const isSaidAgain = (rest.toLowerCase().match(/[\p{L}\p{N}-]+/gu) ?? []).some(
    (word) => stem(word) === last,
  );
  return isSaidAgain ? rest : plain;
}

function capitalFirst(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function fillPronouns(text: string, topic: string): string {
  let isDone = false;
  return text.replace(PRONOUN, (pronoun) => {
    if (isDone) return pronoun;
    isDone = true;
    const isPossessive = /^(?:its|their|theirs|his)$/iu.test(pronoun);
    const isHer = /^her$/iu.test(pronoun) && /\bher\s+[a-z]/iu.test(text);
    if (!isPossessive && !isHer) return topic;
    return /s$/iu.test(topic) ? `${topic}'` : `${topic}'s`;
  });
}

/** "What about the goal of the first mission": says enough by itself. */
const TERMS_OF_A_WHOLE_QUESTION = 4;
const PERSONAL = /^(?:he|she|him|her|his)$/iu;
const PLURAL = /^(?:they|them|their|theirs)$/iu;

/** A heading that is a name: "Walter Scott". */
function nameAmong(titles: readonly string[]): string | null {
  return (
    titles.find((title) => /^\p{Lu}[\p{L}'’.-]*(?:\s+\p{Lu}[\p{L}'’.-]*)+$/u.test(title)) ?? null
  );
}

/** The first thing that questions name, latest first; an aspect of something ("the side effects") is none. */
function lastThing(
  questions: readonly string[],
  find: (question: string) => string | null,
): string | null {
  for (const question of questions) {
    const found = find(question);
    if (found !== null && !isAspect(found)) return found;
  }
  return null;
}

/** "How do I register a visitor?" + "do they …": of what was one before there are several now. */
function inPlural(thing: string | null, said: readonly string[]): string | null {
  const isOne = said.some((question) => thing !== null && question.includes(`a ${thing}`));
  return thing !== null && isOne && /^[a-z]+[^s]$/u.test(thing) ? `${thing}s` : thing;
}

/** What a pronoun stands for; null when nothing fits, and then the question is better left alone. */
function antecedentOf(pronoun: string, said: readonly string[], focus: Focus): string | null {
  const [earlier = ""] = said;
  if (PERSONAL.test(pronoun)) {
    return lastThing(said, englishPerson) ?? nameAmong(focus.titles);
  }
  if (!PLURAL.test(pronoun)) return lastThing(said, englishThing) ?? englishThing(earlier);
  return (
    lastThing([earlier], englishPlural) ??
    englishPerson(earlier) ??
    nameAmong(focus.titles) ??
    lastThing(said, englishPlural) ??
    inPlural(lastThing(said, englishTopic) ?? englishTopic(earlier), said)
  );
}

/** Puts what a pronoun stands for in its place; null when there is none to fill. */
function withAntecedent(question: string, said: readonly string[], focus: Focus): string | null {
  PRONOUN.lastIndex = 0;
  const found = PRONOUN.exec(question);
  if (found === null || PLEONASTIC.test(question)) return null;
  const isOwn = !PERSONAL.test(found[0]) && namesSomething(question.slice(0, found.index));
  const antecedent = isOwn ? null : antecedentOf(found[0], said, focus);
  if (antecedent === null || antecedent.split(/\s+/u).length > MAX_TOPIC_WORDS) return null;
  if (question.toLowerCase().includes(antecedent.toLowerCase())) return null;
  return fillPronouns(question.replace(/^(?:and|but|so)\s+/iu, ""), antecedent);
}

const MAX_TOPIC_WORDS = 6;

/**
 * Completes an English follow-up; null when the text stands on its own.
 * @param asked - what the person asked before the last question, latest first
 */
export function rewriteEnglish(
  text: string,
  focus: Focus,
  asked: readonly string[] = [],
): string | null {
  const question = withoutLeadIn(text.trim());
  const completed = complete(question, focus, asked);
  if (completed !== null || question === text.trim()) return completed;
  return capitalFirst(question);
}

/** A question that was completed itself, without what it was completed with: "…: how much". */
function withoutTrail(question: string): string {
  const plain = withoutMark(question);
  const parts = plain.split(": ");
  const [first = "", second = ""] = parts;
  if (parts.length !== 2) return plain;
  if (BARE_QUESTION.test(second)) return first;
  return COST_OR_TIME.test(first) || ASKS.test(second) ? second : plain;
}

const WHAT_IF =
  /^(?:(?:ok(?:ay)?|and|but|or|so|also|then|well)[,\s]+)*what if (.{2,60}?)[\s?.!]*$/iu;

/** "what if I'm late?", "what if we adopt?" */
function whatIf(question: string, earlier: string): string | null {
  const clause = WHAT_IF.exec(question)?.[1];
  if (clause === undefined) return null;
  const isSomebody = /^(?:it is|it's|i am|i'm) (?:an? |the |my |in |on |at )/iu.test(clause);
  return isClause(clause) && !isSomebody ? supposed(earlier, clause) : null;
}

const MOST_WORDS_WITHOUT_SUBJECT = 7;
const ASKS =
  /^(?:(?:and|but|so|ok(?:ay)?|then)[,\s]+)*(?:how|which|what|when|where|who|whom|from which|by when|until when|can|could|may|must|should|do|does|will|is|are)\b/iu;

/** "and how do I apply?", "which days?": asks, and names nothing. */
function withSubject(question: string, earlier: string): string | null {
  const topic = englishTopic(earlier);
  if (topic === null || !ASKS.test(question) || PRONOUN_WITHIN.test(question)) return null;
  if (question.split(/\s+/u).length > MOST_WORDS_WITHOUT_SUBJECT) return null;
  const own = termsOf(question).filter((term) => isTelling(term) && !term.isVerb);
  if (own.length > 0 || namesSomething(question) || PLEONASTIC.test(question)) return null;
  const bare = withoutMark(question).replace(/^(?:(?:and|but|so|ok(?:ay)?|then)[,\s]+)+/iu, "");
  // "Can I work from home": the place alone is not what was asked about.
  const at = earlier.lastIndexOf(topic);
  const isCircumstance = /\b(?:in|at|on|from|to|during|after|before) (?:the |an? |my )?$/iu.test(
    earlier.slice(0, at),
  );
  return isCircumstance ? `${bare}: ${earlier}?` : `${bare} (${topic})?`;
}

/** What a question points to that says nothing else: "what about that one?"; null when it says more. */
export function englishPointer(question: string): string | null {
  const fragment = ELLIPSIS.exec(question.trim())?.[1];
  return fragment !== undefined && POINTER.test(fragment) ? fragment : null;
}

function complete(question: string, focus: Focus, asked: readonly string[]): string | null {
  const earlier = withoutTrail(focus.question);
  const conditional = whatIf(question, earlier);
  if (conditional !== null) return capitalFirst(conditional);
  const ellipsis = ELLIPSIS.exec(question)?.[1];
  if (englishPointer(question) !== null) return null;
  if (ellipsis !== undefined && termsOf(ellipsis).length < TERMS_OF_A_WHOLE_QUESTION) {
    return capitalFirst(substitute(earlier, ellipsis));
  }
  if (BARE_QUESTION.test(question)) {
    return `${earlier}: ${withoutMark(question).replace(/^(?:and|but|so|ok)\s+/iu, "")}?`;
  }
  if (PREPOSITION_ONLY.test(question) && question.split(/\s+/u).length <= 8) {
    return capitalFirst(substitute(earlier, question));
  }
  const noun = AND_NOUN.exec(question)?.[1];
  if (noun !== undefined && !ASKS.test(noun)) return capitalFirst(substitute(earlier, noun));
  const topic = englishTopic(earlier);
  if (COST_OR_TIME.test(question)) return `${withoutMark(question)}: ${earlier}?`;
  const own = termsOf(question).length;
  if (own <= MAX_OWN_TERMS_WITH_PRONOUN) {
    const filled = withAntecedent(question, [earlier, ...asked.map(withoutMark)], focus);
    if (filled !== null) return capitalFirst(filled);
  }
  const subjectless = withSubject(question, earlier);
  if (subjectless !== null) return capitalFirst(subjectless);
  const isPleonastic = PLEONASTIC.test(question);
  if (topic === null || topic.split(/\s+/u).length > MAX_TOPIC_WORDS) return null;
  const pointed = DEMONSTRATIVE.exec(question);
  if (pointed === null || isPleonastic || own > MAX_OWN_TERMS_WITH_DEMONSTRATIVE) return null;
  const before = question.slice(0, pointed.index);
  const isAlone = !/^\s+[a-z]+/iu.test(question.slice(pointed.index + pointed[0].length));
  const isOne = /^ones?$/iu.test(pointed[0]);
  if (isOne) return capitalFirst(`${withoutMark(question)} (${topic})?`);
  // "this policy" names its subject; "do that" is what was done.
  if (!isAlone || namesSomething(before) || /\b(?:do|doing|does|did) $/iu.test(before)) return null;
  return capitalFirst(question.replace(pointed[0], topic));
}

/** The same for "this" and "that". */
const MAX_OWN_TERMS_WITH_DEMONSTRATIVE = 3;
