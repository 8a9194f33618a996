import {
  type Assessment,
  assess,
  DEFAULT_DIALOGUE_SETTINGS,
  type DialogueSettings,
  weigh,
} from "../../../flows/index.ts";
import type { Knowledge } from "../../../knowledge/index.ts";
import type { ReviewedTurn } from "../../ports/review-log.ts";
import { find } from "../evaluation/examples.ts";

/** What is decided about a question by its two probabilities. */
type ReplayedDecision = "answer" | "unsure" | "ask" | "decline";

/** A past question that would go another way. */
interface ChangedTurn {
  readonly question: string;
  readonly at: number;
  readonly was: ReplayedDecision;
  readonly would: ReplayedDecision;
  /** Confidence then, and as it is judged now. */
  readonly confidence: readonly [was: number, now: number];
}

/** What other thresholds or models would have changed. */
export interface Replay {
  /** Questions that were searched for, and so can be decided anew. */
  readonly n: number;
  readonly unchanged: number;
  /** How many went which way: `answer → ask`. */
  readonly moves: Readonly<Record<string, number>>;
  readonly changed: readonly ChangedTurn[];
}

type Judgement = Pick<Assessment, "answerable" | "ambiguous"> & { readonly readings: number };

/** Judges a question anew; null when it cannot be. */
export type Judge = (turn: ReviewedTurn) => Promise<Judgement | null>;

/** As it was judged then. */
export const asKept: Judge = ({ confidence, ambiguous, readings }) =>
  Promise.resolve(
    confidence === null || ambiguous === null
      ? null
      : { answerable: confidence, ambiguous, readings },
  );

/** Searches for the question again, with the documents and models of this knowledge. */
export function searchedAgain(knowledge: Knowledge, settings: DialogueSettings): Judge {
  return async ({ question, language, round }) => {
    // Which of the options was chosen is not kept.
    if (round > 0) return null;
    const found = await find(knowledge, question);
    const request = { question, language, reading: null, optionPrefix: "r" };
    const { answerable, ambiguous, readings } = assess(found, request, settings);
    return { answerable, ambiguous, readings: readings.length };
  };
}

function decisionOf({ decision, marks }: ReviewedTurn): ReplayedDecision | null {
  switch (decision) {
    case "answer":
      return marks.includes("unsure") ? "unsure" : "answer";
    case "clarify":
      return "ask";
    case "decline":
    case "escalate":
      return "decline";
    case "smalltalk":
    case "ignore":
      return null;
  }
}

/** After the last round the best reading is answered, whatever competes with it. */
function decideAnew(
  judged: Judgement,
  round: number,
  settings: DialogueSettings,
): ReplayedDecision {
  const readings = Array.from({ length: judged.readings }, (_, at) => ({
    ...{ id: String(at), label: "", documentId: "", section: "" },
  }));
  const verdict = weigh({ ...judged, readings }, settings);
  if (verdict === "answer-unsure") return "unsure";
  if (verdict !== "clarify") return verdict;
  return round < settings.maxClarifications ? "ask" : "answer";
}

/** Whether the two probabilities alone decided it: no wish for a person, no complaint, no choice among readings. */
function isComparable({ complaint, reason, confidence }: ReviewedTurn): boolean {
  const isByProbability = reason === null || reason === "repeated-failure";
  return complaint === null && isByProbability && confidence !== null;
}

/** Decides past questions anew and says which would go another way. */
export async function replay(
  turns: readonly ReviewedTurn[],
  thresholds: Partial<Pick<DialogueSettings, "answerAt" | "clarifyAt" | "ambiguousAt">>,
  judge: Judge,
  call: { readonly signal: AbortSignal },
): Promise<Replay> {
  const settings = { ...DEFAULT_DIALOGUE_SETTINGS, ...thresholds };
  const changed: ChangedTurn[] = [];
  let n = 0;
  for (const turn of turns) {
    call.signal.throwIfAborted();
    const was = decisionOf(turn);
    if (was === null || turn.confidence === null || !isComparable(turn)) continue;
    const judged = await judge(turn);
    if (judged === null) continue;
    n += 1;
    const would = decideAnew(judged, turn.round, settings);
    if (would === was) continue;
    const confidence = [turn.confidence, judged.answerable] as const;
    changed.push({ question: turn.question, at: turn.at, was, would, confidence });
  }
  const moves: Record<string, number> = {};
  for (const { was, would } of changed) {
    moves[`${was} → ${would}`] = (moves[`${was} → ${would}`] ?? 0) + 1;
  }
  return { n, unchanged: n - changed.length, moves, changed };
}
