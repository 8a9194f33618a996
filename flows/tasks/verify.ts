import type { TaskContext } from "../../src/ports/task.ts";
import { attribute } from "../answer/attribute.ts";
import { defuse } from "../answer/defuse.ts";
import { quoteAnswer } from "../answer/extract.ts";
import { isWrittenIn } from "../answer/in-language.ts";
import type { Verified, VerifyInput } from "./contracts.ts";

const NOTHING: Verified = { verdict: "nothing", kind: "rejected", text: "", citations: [] };

/** Instead of what the model wrote. */
function quote(input: VerifyInput): Verified {
  const quoted = quoteAnswer(input.translation ?? input.question, input.passages);
  return quoted === null ? NOTHING : { verdict: "answer", kind: "rejected", ...quoted };
}

/**
 * Checks a draft: right language (else one more try, then quotations), every sentence supported by a passage (others are
 * dropped; with nothing left, quotations), links and mentions harmless.
 */
export function verify(input: VerifyInput, context: TaskContext): Verified {
  context.progress({ type: "stage", stage: "checking" });
  const { draft } = input;
  if (draft.kind !== "model") {
    const { kind, text, citations } = draft;
    return text === "" ? { ...NOTHING, kind } : { verdict: "answer", kind, text, citations };
  }
  if (draft.isRefusal) return quote(input);
  if (!isWrittenIn(draft.text, input.language)) {
    return input.isRegeneration ? quote(input) : { ...NOTHING, verdict: "regenerate" };
  }
  const checked = attribute(draft.text, input.passages);
  if (checked.text === "") return quote(input);
  const sources = input.passages.map(({ text }) => text);
  return {
    verdict: "answer",
    kind: "model",
    text: defuse(checked.text, sources),
    citations: checked.citations,
  };
}
