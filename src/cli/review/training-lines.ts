import type { Feedback } from "../../ports/feedback.ts";
import type { HandoverSample } from "../../ports/handover-log.ts";
import { redact } from "./redact.ts";

/** One conversation as chat models are trained on it. */
interface TrainingLine {
  readonly messages: readonly {
    readonly role: "system" | "user" | "assistant";
    readonly content: string;
  }[];
}

const SYSTEM =
  "You answer questions of the organisation's people and customers, in their language, from its documents. You say so when the documents do not answer.";

/** Marks of sources: the sources themselves are not in the line. */
const MARKS = /\s*\[\d+\]/gu;

function lineOf(question: string | null, answer: string): readonly TrainingLine[] {
  const content = redact(answer.replaceAll(MARKS, "").trim());
  if (question === null || question.trim() === "" || content === "") return [];
  return [
    {
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content: redact(question.trim()) },
        { role: "assistant", content },
      ],
    },
  ];
}

/**
 * What a chat model can learn from: answers that people found good, and what agents answered where the bot could not and
 * the case was solved. Redacted by form; each question and answer once.
 */
export function trainingLines(kept: {
  readonly feedback: readonly Feedback[];
  readonly handovers: readonly HandoverSample[];
}): readonly TrainingLine[] {
  const good = kept.feedback
    .filter(({ value }) => value === "good")
    .flatMap(({ question, asked, answer }) => lineOf(question ?? asked, answer));
  const solved = kept.handovers
    .filter(({ resolution }) => resolution === "solved")
    .flatMap(({ question, answers }) => lineOf(question, answers.join("\n\n")));
  const byText = new Map([...good, ...solved].map((line) => [JSON.stringify(line), line]));
  return [...byText.values()];
}
