import type { DialogueSettings } from "../settings.ts";
import type { Assessment, Dangling } from "../tasks/contracts.ts";
import type { ActiveTurn, DialogueContext } from "./context.ts";
import { isLastMiss } from "./guards.ts";

/** What to do with a question once its passages are known. */
export type Verdict =
  | "answer"
  | "answer-unsure"
  | "best-reading"
  | "clarify"
  | "ask-what"
  | "web"
  | "decline"
  | "escalate";

/** In the doubtful band a question is asked back at this share of the usual ambiguity. */
const DOUBTFUL_BAND_SHARE = 0.8;

/** What the question under way points to without a name; null when nothing. */
export function danglingOf({ act }: Pick<ActiveTurn, "act">): Dangling | null {
  return act?.type === "question" ? (act.dangling ?? null) : null;
}

function decideUncovered(context: DialogueContext, settings: DialogueSettings): Verdict {
  const { active } = context;
  const isAllowed = settings.isWebAllowed && active?.incoming.manner?.web !== false;
  if (isAllowed && active?.isWebTried === false) return "web";
  return isLastMiss(context, settings) ? "escalate" : "decline";
}

/** What the two probabilities say, without regard to what happened before. */
export function weigh(
  { answerable, ambiguous, readings }: Pick<Assessment, "answerable" | "ambiguous" | "readings">,
  settings: DialogueSettings,
): "decline" | "clarify" | "answer" | "answer-unsure" {
  if (answerable < settings.clarifyAt) return "decline";
  const isDoubtful = answerable < settings.answerAt;
  const ambiguousAt = settings.ambiguousAt * (isDoubtful ? DOUBTFUL_BAND_SHARE : 1);
  if (readings.length > 1 && ambiguous >= ambiguousAt) return "clarify";
  return isDoubtful ? "answer-unsure" : "answer";
}

/**
 * Whether a question that points to what nobody has named is asked back: "this library" always, a mere "it", which may mean
 * what the documents are about, when what was found does not answer plainly. Readings that compete are offered instead.
 */
export function asksWhat(verdict: ReturnType<typeof weigh>, { isThing }: Dangling): boolean {
  return verdict !== "clarify" && (isThing || verdict !== "answer");
}

/**
 * The decision table of the dialogue: answerable? × ambiguous? × web allowed.
 * | answerable | ambiguous | verdict |
 * |---|---|---|
 * | ≥ answerAt | no | answer |
 * | ≥ clarifyAt | yes | clarify; after the last round answer the best reading and say which |
 * | between | hardly | clarify when readings differ, else answer with a reservation |
 * | < clarifyAt | | web once, then decline; another miss in a row calls a person |
 *
 * What a question points to without a name is asked first, in as many rounds.
 */
export function decide(context: DialogueContext, settings: DialogueSettings): Verdict {
  const { active } = context;
  const assessment = active?.assessment ?? null;
  if (active === null || assessment === null) return decideUncovered(context, settings);
  const mayAsk = active.round < settings.maxClarifications;
  const dangling = mayAsk ? danglingOf(active) : null;
  if (active.passages.length === 0) {
    return dangling === null ? decideUncovered(context, settings) : "ask-what";
  }
  const verdict = weigh(assessment, settings);
  if (dangling !== null && asksWhat(verdict, dangling)) return "ask-what";
  if (verdict === "decline") {
    return active.reading === null ? decideUncovered(context, settings) : "answer-unsure";
  }
  if (verdict !== "clarify") return verdict;
  return mayAsk ? "clarify" : "best-reading";
}
