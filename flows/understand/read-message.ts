import { detectLanguage, type Language } from "../../src/core/index.ts";
import { cleanLine, isTelling, matchable, shorten, termsOf } from "../language/index.ts";
import type { Act, Focus, SmallTalk, UnderstandInput, Understanding } from "../tasks/contracts.ts";
import { isCancel, readCommand } from "./commands.ts";
import { readCorrection } from "./correction.ts";
import { danglingReference, withReferent } from "./dangling.ts";
import { pointerOf, rewriteFollowUp } from "./follow-up.ts";
import { matchOption } from "./options.ts";
import { bare } from "./phrases.ts";
import { looksLikeQuestion } from "./question-form.ts";
import { NO, readSmallTalk, stripPleasantries, YES } from "./small-talk.ts";
import { isDissatisfied, readWish } from "./wishes.ts";

const MAX_QUESTION_CHARACTERS = 1200;

interface Reading {
  readonly input: UnderstandInput;
  readonly language: Language;
  readonly sensitiveTopics: readonly string[];
  /** What a follow-up refers to. */
  readonly focus: Focus | null;
}

const MAX_FRAGMENT_WORDS = 6;

function question(text: string, reading: Reading): Act {
  const whole = shorten(cleanLine(stripPleasantries(cleanLine(text))), MAX_QUESTION_CHARACTERS);
  const clean = withoutStory(whole, reading.language);
  const before = reading.input.turns
    .filter(({ role }) => role === "user")
    .map(({ text: said }) => said);
  const rewritten = rewriteFollowUp(clean, reading.focus, reading.language, before.toReversed());
  const { isRewritten } = rewritten;
  const isAsked = reading.input.clarification?.pointsTo !== undefined;
  const pointer = isRewritten || isAsked ? null : pointerOf(clean, reading.language);
  const dangling = isRewritten
    ? null
    : (pointer ?? danglingReference(clean, reading.input, reading.language));
  return {
    type: "question",
    question: rewritten.question,
    isRewritten,
    ...(dangling === null ? {} : { dangling }),
  };
}

const LONG_WORDS = 30;
const LONG_HAN = 35;
/** Where, behind a story, the question begins. */
const ENGLISH_LEAD =
  /^.*\b(?:(?:can|could|would|will) (?:you|somebody|anybody) (?:please )?(?:tell|explain|help|let)(?: to)?(?: me| us)?(?: know)?|(?:please )?(?:tell me|let me know)|i(?:'d| would) (?:like|love|need) to know|i(?: just)? (?:want(?:ed)?|need) to know|(?:so )?my question is|i(?:'m| am) (?:asking|wondering))[\s,:]+(?:whether |if |that )?(?=\S+\s+\S+\s+\S)/isu;
const CHINESE_LEAD =
  /^.*(?:请问(?:一下)?|想(?:请)?问(?:一下|下)?|想(?:要)?(?:知道|了解)(?:一下)?|问题是|能(?:不能)?告诉我|麻烦告诉我)[，,：:\s]*(?=.{4,})/su;

/** The question at the end of a long message; what was told before it would drown it in the search. */
function withoutStory(text: string, language: Language): string {
  const isChinese = language === "zh";
  const length = isChinese ? (text.match(/\p{Script=Han}/gu) ?? []).length : text.split(" ").length;
  if (length < (isChinese ? LONG_HAN : LONG_WORDS)) return text;
  const rest = text.replace(isChinese ? CHINESE_LEAD : ENGLISH_LEAD, "");
  return termsOf(rest).some(isTelling) ? rest : text;
}

/** What was asked back ("what do you mean by it?") is named: it takes its place in the question. Null when it is not. */
function named(text: string, { input, language }: Reading): Act | null {
  const asked = input.clarification;
  if (asked?.pointsTo === undefined) return null;
  const question = withReferent(asked.question, asked.pointsTo, cleanLine(text), language);
  if (question === null) return null;
  // "what about sick leave?" still leans on what was asked before.
  const completed = rewriteFollowUp(question, input.focus, language);
  return { type: "question", question: completed.question, isRewritten: true };
}

/** "no, I meant the staging server": a fragment takes its place in the question before; a whole question stands alone. */
function corrected(text: string, reading: Reading): Act {
  const words = text.split(/\s+/u).length;
  const isFragment = !looksLikeQuestion(matchable(text)) && words <= MAX_FRAGMENT_WORDS;
  if (!isFragment || reading.focus === null) return question(text, reading);
  return question(reading.language === "zh" ? `${text}呢？` : `what about ${text}?`, reading);
}

function readChoice(text: string, reading: Reading): Act | null {
  const asked = reading.input.clarification;
  if (asked === null) return null;
  // Asked to say it in own words: only "none of these" is still an answer to what was offered before.
  if (asked.readings.length === 0) {
    return matchOption(text, [])?.type === "none" ? { type: "none-of-these" } : null;
  }
  const options = asked.readings.map(({ id, label }) => ({ id, label }));
  const match = matchOption(text, options);
  if (match === null) return null;
  switch (match.type) {
    case "none":
      return { type: "none-of-these" };
    case "every":
      return { type: "every-option" };
    case "option":
      return { type: "option", optionId: match.id };
  }
}

function readPressed(optionId: string, input: UnderstandInput): Act {
  const readings = input.clarification?.readings ?? [];
  if (readings.some(({ id }) => id === optionId)) return { type: "option", optionId };
  const isNone = readings.some(({ id }) => id.replace(/\.[^.]*$/u, ".none") === optionId);
  return isNone ? { type: "none-of-these" } : { type: "stale-option" };
}

function readOffer(text: string, input: UnderstandInput): Act | null {
  if (!input.hasOfferedPerson) return null;
  const phrase = bare(text);
  if (YES.test(phrase)) return { type: "person", reason: "asked-for-person" };
  return NO.test(phrase) ? { type: "smalltalk", topic: "declined-offer" } : null;
}

/** Said of an answer, and of nothing where there is none. */
const OF_AN_ANSWER: ReadonlySet<SmallTalk> = new Set(["more", "certain"]);

function hasAnswered({ turns }: UnderstandInput): boolean {
  return turns.findLast(({ role }) => role === "bot")?.decision === "answer";
}

function readText(raw: string, reading: Reading): Act {
  const { input } = reading;
  const text = matchable(raw);
  if (text === "") {
    return { type: "smalltalk", topic: input.hasAttachments ? "attachment" : "empty" };
  }
  const offered = readOffer(text, input);
  if (offered !== null) return offered;
  const command = readCommand(raw);
  if (command === "cancel") return { type: "cancel" };
  const chosen = readChoice(text, reading);
  if (chosen !== null) return chosen;
  if (command === "help") return { type: "smalltalk", topic: "help" };
  if (command !== null) return { type: command };
  const talk = readSmallTalk(text);
  if (talk !== null && (hasAnswered(input) || !OF_AN_ANSWER.has(talk))) {
    return { type: "smalltalk", topic: talk };
  }
  const wish = readWish(text, reading.sensitiveTopics);
  if (wish !== null) return { type: "person", reason: wish };
  const correction = readCorrection(cleanLine(raw));
  if (correction !== null) return corrected(correction, reading);
  if (isDissatisfied(text) && input.turns.some(({ role }) => role === "bot")) {
    return { type: "dissatisfied" };
  }
  if (!/[\p{L}\p{N}]/u.test(text)) return { type: "smalltalk", topic: "unclear" };
  const act = named(raw, reading) ?? question(raw, reading);
  const isEmpty = act.type === "question" && termsOf(act.question).length === 0;
  return isEmpty && !/[?？]/u.test(text) && text.length < 12
    ? { type: "smalltalk", topic: "unclear" }
    : act;
}

/**
 * Reads what a person wants, by rules alone: a choice among options, a command, small talk, a wish for a person, or a
 * question completed from what was said before. Several messages of a burst are read as one; a later "never mind" wins.
 */
export function readMessage(
  input: UnderstandInput,
  settings: { readonly sensitiveTopics: readonly string[] },
): Understanding {
  const texts = input.texts.filter((text) => cleanLine(text) !== "");
  const last = texts.at(-1) ?? "";
  const language = texts.reduce<Language>(
    (current, text) => detectLanguage(text, current),
    input.language,
  );
  const { focus } = input;
  const reading: Reading = { input, language, focus, sensitiveTopics: settings.sensitiveTopics };
  if (input.chosenOptionId !== null) {
    return { language, act: readPressed(input.chosenOptionId, input) };
  }
  if (isCancel(last)) return { language, act: { type: "cancel" } };
  return { language, act: readBurst(texts, reading) };
}

/** The first wish for a person counts; greetings and thanks step back behind a question; a correction replaces it. */
function readBurst(texts: readonly string[], reading: Reading): Act {
  if (texts.length <= 1) return readText(texts[0] ?? "", reading);
  const acts = texts.map((text) => readText(text, reading));
  const urgent = acts.find(({ type }) => type === "person" || type === "reset");
  if (urgent !== undefined) return urgent;
  const asked = texts.filter((_, index) => acts[index]?.type === "question");
  const at = asked.findLastIndex((text) => readCorrection(cleanLine(text)) !== null);
  if (at > 0) {
    const earlier = { question: asked[at - 1] ?? "", answer: "", titles: [] };
    return readText(asked.slice(at).join(" "), { ...reading, focus: earlier });
  }
  if (asked.length === 0) return acts.at(-1) ?? { type: "smalltalk", topic: "unclear" };
  return readText(asked.map((text) => stripPleasantries(cleanLine(text))).join(" "), reading);
}
