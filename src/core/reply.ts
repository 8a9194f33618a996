import type { CaseId, PassageId } from "./ids.ts";
import type { Language } from "./language.ts";

/** What the dialogue decided to do with a turn. */
export const DECISIONS = [
  "answer",
  "clarify",
  "decline",
  "escalate",
  "smalltalk",
  "ignore",
] as const;
export type Decision = (typeof DECISIONS)[number];

/** A numbered source of an answer; `n` is what `[1]` in the text refers to. */
export interface Citation {
  readonly n: number;
  readonly passageId: PassageId;
  readonly title: string;
  readonly section: string;
  readonly source: string;
  /** The words of the source that carry the answer, verbatim. */
  readonly quote: string;
  readonly origin: "local" | "web";
}

/** Whether a value from outside (a store, a queue) is a citation. */
export function isCitation(value: unknown): value is Citation {
  if (typeof value !== "object" || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const texts = ["passageId", "title", "section", "source", "quote"] as const;
  return (
    Number.isInteger(fields["n"]) &&
    fields["passageId"] !== "" &&
    texts.every((name) => typeof fields[name] === "string") &&
    (fields["origin"] === "local" || fields["origin"] === "web")
  );
}

/** One choice of a clarifying question. */
export interface ReplyOption {
  readonly id: string;
  readonly label: string;
}

/** What a reader should know about how an answer came about; shown as a short note under it. */
export const REPLY_MARKS = [
  /** Quoted from the documents because there is no language model. */
  "extractive",
  /** Quoted because the language model could not be asked. */
  "model-away",
  /** Quoted because what the language model wrote could not be used: not supported by the documents, or nothing at all. */
  "model-rejected",
  /** Below the threshold, said so. */
  "unsure",
  /** Rests on web pages. */
  "web",
  /** Only a part of the question is in the documents. */
  "partial",
  /** Stopped before its end by the reader. */
  "stopped",
] as const;
export type ReplyMark = (typeof REPLY_MARKS)[number];

/** What a search had to do without. */
export const DEGRADATIONS = ["vectors-unavailable", "reranker-unavailable"] as const;
export type Degradation = (typeof DEGRADATIONS)[number];

/** Milliseconds spent in each stage of a turn; stages that did not run are absent. */
export type StageTimings = Readonly<Record<string, number>>;

/** What the bot says in one turn, independent of any platform. */
export interface Reply {
  readonly decision: Decision;
  /** Standard Markdown; sources are referred to as [1]. */
  readonly text: string;
  readonly language: Language;
  /** 0 to 1, calibrated as the documentation of the thresholds says; null where nothing was looked up. */
  readonly confidence: number | null;
  /** The question as it stands on its own, after follow-ups were resolved. */
  readonly question: string | null;
  readonly citations: readonly Citation[];
  readonly options: readonly ReplyOption[];
  readonly case: CaseId | null;
  readonly marks: readonly ReplyMark[];
  /** What the search for it had to do without; absent when nothing was lacking. */
  readonly degraded?: readonly Degradation[] | undefined;
  /** The question in the language of the documents, when they were found by it; absent when nothing was translated. */
  readonly translation?: string | undefined;
  readonly timings: StageTimings;
  /** Who speaks: the bot, or a person of the desk with the name to show. */
  readonly speaker:
    | { readonly kind: "bot" }
    | { readonly kind: "agent"; readonly displayName: string };
}

/**
 * Whether a reply answers the very message that it stands under, and goes when that is taken back. What people of the desk say,
 * and what the bot says of their case, only stands there because the case began there.
 */
export function isAnswerToMessage({
  speaker,
  case: about,
  decision,
}: Pick<Reply, "speaker" | "case" | "decision">): boolean {
  return speaker.kind === "bot" && (about === null || decision !== "smalltalk");
}
