import { ENGLISH_STOP_WORDS, stem } from "../language/index.ts";
import { englishTopic, isPeople, PEOPLE_WORDS } from "./topic.ts";

/** Words with which a fragment may begin that adds to a question: "for contractors", "above 2000 €". */
export const PREPOSITIONS =
  "for|in|on|at|with|without|during|after|before|from|to|under|over|above|below|beyond|until|since|between|near|outside|inside|as|by|via|of|about";

/** A question without the marks at its end. */
export function withoutMark(question: string): string {
  return question.trim().replace(/[\s?.!]+$/u, "");
}

const WITHIN = new RegExp(`\\b(?:${PEOPLE_WORDS})\\b`, "iu");
/** "we adopt", "it falls on a weekend", "late": what would be so, and no thing that takes the place of another. */
const CLAUSE =
  /^(?:i|we|you|he|she|it|they|somebody|someone|nobody|everybody|(?:my|our|the|a|an|this|that) [\w-]+)(?:['’]\w+)? \w+/iu;

/** "for contractors" takes the place of "for employees"; false when the earlier question has no such phrase. */
function replacePhrase(earlier: string, fragment: string): string | null {
  const match = new RegExp(`^(${PREPOSITIONS})\\s+(.+)$`, "iu").exec(fragment);
  if (match === null) return null;
  const preposition = (match[1] ?? "").toLowerCase();
  const place = new RegExp(
    `\\b${preposition}\\s+(?:(?:the|an?|my|our|your|all)\\s+)?[\\w'-]+(?:\\s+(?!(?:${PREPOSITIONS}|and|or|if|when|do|does|is|are|can|get)\\b)[\\w'-]+){0,3}$`,
    "iu",
  );
  return place.test(earlier) ? earlier.replace(place, fragment) : null;
}

/** "sick leave" takes the place of "annual leave": the same head noun with other words before it. */
function replaceByHead(earlier: string, fragment: string): string | null {
  const words = fragment.split(/\s+/u);
  const head = words.at(-1) ?? "";
  if (ENGLISH_STOP_WORDS.has(head.toLowerCase())) return null;
  const parts = earlier.split(/\s+/u);
  const at = parts.findLastIndex((part) => stem(part.toLowerCase()) === stem(head.toLowerCase()));
  if (at < 0) return null;
  let start = at;
  const isModifier = (part: string | undefined): boolean =>
    part !== undefined && !ENGLISH_STOP_WORDS.has(part.toLowerCase()) && /^[\w'-]+$/u.test(part);
  while (start > 0 && isModifier(parts[start - 1]) && at - start < 2) start -= 1;
  return [...parts.slice(0, start), fragment, ...parts.slice(at + 1)].join(" ");
}

const LAST_OBJECT =
  /\b(for|in|at|on|with|of|about|to|from)\s+((?:the|an?|my|our)\s+)?([\w'-]+(?:\s+[\w'-]+)?)$/iu;

/** The last noun after a preposition gives way: "what is the deductible for dental" + "vision". */
function replaceLastObject(earlier: string, fragment: string): string | null {
  const match = LAST_OBJECT.exec(earlier);
  if (match === null) return null;
  // "in the Rotterdam office" + "Chengdu": a name goes without the article.
  const article = /^\p{Lu}/u.test(fragment) ? "" : (match[2] ?? "");
  return earlier.replace(LAST_OBJECT, `${match[1] ?? ""} ${article}${fragment}`);
}

/** "trainees" for "contractors", else of whom it is asked now. */
function replacePerson(earlier: string, fragment: string): string | null {
  if (!isPeople(fragment)) return null;
  return WITHIN.test(earlier) ? earlier.replace(WITHIN, fragment) : `${earlier} for ${fragment}`;
}

/** "Bristol" takes the place of the one name in "holidays in Rotterdam in 2027". */
function replaceName(earlier: string, fragment: string): string | null {
  if (!/^\p{Lu}\p{Ll}+$/u.test(fragment)) return null;
  const names = [...earlier.matchAll(/(?<=\s)\p{Lu}\p{Ll}+\b/gu)];
  const [only] = names;
  if (only === undefined || names.length > 1) return null;
  const isLast = LAST_OBJECT.exec(earlier)?.[3]?.includes(only[0]) === true;
  return isLast ? null : earlier.replace(only[0], fragment);
}

/** What a question is about; in "how much does a car cost" the last word is the verb. */
function topicOf(question: string): string | null {
  const topic = englishTopic(question);
  const isVerbLast = /\bhow (?:much|long) (?:do|does|did|will|would)\b/iu.test(question);
  return isVerbLast ? (topic?.replace(/ (?:costs?|takes?)$/iu, "") ?? null) : topic;
}

/** What is asked for if something else were so: "if we adopt". */
export function supposed(earlier: string, clause: string): string {
  return `${earlier} if ${withoutMark(clause)}?`;
}

/** Whether a fragment says what would be so, rather than of what is asked. */
export function isClause(fragment: string): boolean {
  return CLAUSE.test(fragment);
}

/** Puts a fragment ("for contractors", "sick leave", "Bristol") in its place in the question before. */
export function substitute(question: string, fragment: string): string {
  const earlier = withoutMark(question);
  const bare = withoutMark(fragment);
  const noun = bare.replace(/^(?:the|an?|my|our|your)\s+/iu, "");
  const byPhrase = replacePhrase(earlier, bare);
  if (byPhrase !== null) return `${byPhrase}?`;
  if (new RegExp(`^(?:${PREPOSITIONS}|if|when)\\b`, "iu").test(bare)) return `${earlier} ${bare}?`;
  const byPerson = replacePerson(earlier, noun) ?? replaceName(earlier, noun);
  if (byPerson !== null) return `${byPerson}?`;
  const isShort = noun.split(/\s+/u).length <= 4;
  const byNoun = isShort
    ? (replaceByHead(earlier, noun) ?? replaceLastObject(earlier, noun))
    : null;
  if (byNoun !== null) return `${byNoun}?`;
  const topic = topicOf(earlier);
  const at = topic === null ? -1 : earlier.lastIndexOf(topic);
  if (isShort && topic !== null && at >= 0) {
    const isPlural = /[^s]s$/iu.test(noun);
    const before = earlier.slice(0, at).replace(isPlural ? /\ban? $/iu : /$^/u, "");
    return `${before}${noun}${earlier.slice(at + topic.length)}?`;
  }
  return `${earlier}: ${bare}?`;
}
