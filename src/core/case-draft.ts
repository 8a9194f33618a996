import type { CaseRecord } from "./case.ts";

/** A draft of a document, made of a case. */
export interface KnowledgeDraft {
  readonly question: string;
  readonly answer: string;
}

/** The draft that a case gives: what was asked, and what people answered. Null where one of them is missing. */
export function draftOf({ packet, entries }: CaseRecord): KnowledgeDraft | null {
  const asked = packet.question ?? entries.find(({ kind }) => kind === "customer")?.text ?? null;
  const answers = entries
    .filter(({ kind, text }) => kind === "reply" && text.trim() !== "")
    .map(({ text }) => text.trim());
  if (asked === null || answers.length === 0) return null;
  return { question: asked.replace(/\s+/gu, " ").trim(), answer: answers.join("\n\n") };
}
