import type { CaseRecord } from "./case.ts";

/** A draft of a document, made of a case. */
export interface KnowledgeDraft {
  readonly question: string;
  readonly answer: string;
}

/** Fewer words are a greeting, or a yes. */
const MIN_WORDS = 4;
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

function hasSubstance(text: string): boolean {
  const words = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike === true);
  return words.length >= MIN_WORDS;
}

/** What was asked: as it was understood, or else the customer's first line that asks or says something; what he took back is empty. */
function askedIn({ packet, entries }: CaseRecord): string | null {
  const lines = [
    packet.question ?? "",
    ...entries.filter(({ kind }) => kind === "customer").map(({ text }) => text),
  ].map((text) => text.replace(/\s+/gu, " ").trim());
  const [understood = "", ...said] = lines;
  if (understood !== "") return understood;
  const full = said.filter(hasSubstance);
  return full.find((text) => /[?？]/u.test(text)) ?? full[0] ?? said.find((text) => text) ?? null;
}

/** The draft that a case gives: what was asked, and what people answered. Null where one of them is missing. */
export function draftOf(record: CaseRecord): KnowledgeDraft | null {
  const question = askedIn(record);
  const answers = record.entries
    .filter(({ kind, text }) => kind === "reply" && text.trim() !== "")
    .map(({ text }) => text.trim());
  if (question === null || answers.length === 0) return null;
  return { question, answer: answers.join("\n\n") };
}
