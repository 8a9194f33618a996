import type { types } from "@slack/bolt";
import { z } from "zod";
import { type CaseId, type CaseRecord, caseId, draftOf } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskWords } from "../shared/desk-words.ts";

/** Callback id of the window in which an editor makes a document of a case. */
const LEARN_VIEW = "fd.desk.learn";
/** Slack's own limit of a text field. */
const MAX_FIELD = 3_000;

const FIELDS = {
  question: { block: "question", action: "text" },
  answer: { block: "answer", action: "text" },
  visibility: { block: "visibility", action: "text" },
} as const;

const fieldSchema = z.record(z.string(), z.object({ value: z.string().nullish() }));
const submissionSchema = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    callback_id: z.literal(LEARN_VIEW),
    private_metadata: z.string().min(1),
    state: z.object({ values: z.record(z.string(), fieldSchema) }),
  }),
});

/** What an editor wants to be learned. */
export interface LearningSubmission {
  readonly user: string;
  readonly viewId: string;
  readonly caseId: CaseId;
  readonly act: Extract<DeskAct, { type: "learn" }>;
}

/** Under this field stands what is wrong with a window that stays open. */
export const LEARN_ERROR_FIELD = FIELDS.answer.block;

/** The window in which an editor makes a document of a case, with what was asked and answered. */
export function learnView(record: CaseRecord, words: DeskWords): types.ModalView {
  const plain = (text: string) => ({ type: "plain_text" as const, text });
  const draft = draftOf(record);
  const input = (
    { block, action }: (typeof FIELDS)[keyof typeof FIELDS],
    label: string,
    value: string,
    multiline: boolean,
  ) => ({
    type: "input" as const,
    block_id: block,
    label: plain(label),
    element: {
      type: "plain_text_input" as const,
      action_id: action,
      multiline,
      ...(value === "" ? {} : { initial_value: value.slice(0, MAX_FIELD) }),
    },
  });
  return {
    type: "modal",
    callback_id: LEARN_VIEW,
    private_metadata: record.id,
    title: plain(words.learnTitle.slice(0, 24)),
    submit: plain(words.learnSubmit.slice(0, 24)),
    close: plain(words.cancel),
    blocks: [
      input(FIELDS.question, words.question, draft?.question ?? "", false),
      input(FIELDS.answer, words.learnAnswer, draft?.answer ?? "", true),
      input(FIELDS.visibility, words.learnVisibility, "internal", false),
    ],
  };
}

/** Reads that window as it was sent; null for anything else. */
export function readLearning(body: unknown): LearningSubmission | null {
  const { data } = submissionSchema.safeParse(body);
  if (data === undefined) return null;
  const { view, user } = data;
  const textIn = ({ block, action }: (typeof FIELDS)[keyof typeof FIELDS]): string =>
    view.state.values[block]?.[action]?.value?.trim() ?? "";
  return {
    user: user.id,
    viewId: view.id,
    caseId: caseId(view.private_metadata),
    act: {
      type: "learn",
      visibility: textIn(FIELDS.visibility),
      question: textIn(FIELDS.question),
      answer: textIn(FIELDS.answer),
    },
  };
}
