import { dayOf } from "../../src/core/index.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import { attribute } from "../answer/attribute.ts";
import { findConflict } from "../answer/conflict.ts";
import { defuse } from "../answer/defuse.ts";
import { type Quoted, quoteAnswer } from "../answer/extract.ts";
import { isWrittenIn } from "../answer/in-language.ts";
import { textsIn } from "../texts/index.ts";
import type { Verified, VerifyInput } from "./contracts.ts";

const NOTHING: Verified = { verdict: "nothing", kind: "rejected", text: "", citations: [] };

/** Names the document that gives another figure, and how old both are. */
function withConflict(answer: Quoted, { passages, language }: VerifyInput): Quoted {
  const conflict = findConflict(answer, passages);
  if (conflict === null) return answer;
  const { cited, other } = conflict;
  const t = textsIn(language);
  const { n, quote } = other.citation;
  const days = [cited, { n, passage: other.passage }].flatMap(({ n: number, passage }) =>
    passage.updatedAt === null ? [] : [{ number, day: dayOf(passage.updatedAt) }],
  );
  const dates = days.map(({ number, day }) => `[${number}] ${day}`).join(t.listSeparator);
  const said = [
    t.otherFigure(quote, n),
    ...(new Set(days.map(({ day }) => day)).size < 2 ? [] : [t.lastChanged(dates)]),
  ];
  const isKnown = answer.citations.some((citation) => citation.n === n);
  return {
    text: `${answer.text}\n\n${said.join(language === "zh" ? "" : " ")}`,
    citations: isKnown ? answer.citations : [...answer.citations, other.citation],
  };
}

/** Instead of what the model wrote. */
function quote(input: VerifyInput): Verified {
  const quoted = quoteAnswer(input.translation ?? input.question, input.passages);
  if (quoted === null) return NOTHING;
  return { verdict: "answer", kind: "rejected", ...withConflict(quoted, input) };
}

/**
 * Checks a draft: right language (else one more try, then quotations), every sentence supported by a passage (others are
 * dropped; with nothing left, quotations), links and mentions harmless. A document that gives another figure is named.
 */
export function verify(input: VerifyInput, context: TaskContext): Verified {
  context.progress({ type: "stage", stage: "checking" });
  const { draft } = input;
  if (draft.kind !== "model") {
    const { kind, text, citations } = draft;
    if (text === "") return { ...NOTHING, kind };
    return { verdict: "answer", kind, ...withConflict({ text, citations }, input) };
  }
  if (draft.isRefusal) return quote(input);
  if (!isWrittenIn(draft.text, input.language)) {
    return input.isRegeneration ? quote(input) : { ...NOTHING, verdict: "regenerate" };
  }
  const checked = attribute(draft.text, input.passages);
  if (checked.text === "") return quote(input);
  const sources = input.passages.map(({ text }) => text);
  const safe = { text: defuse(checked.text, sources), citations: checked.citations };
  return { verdict: "answer", kind: "model", ...withConflict(safe, input) };
}
