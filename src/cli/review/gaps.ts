import { isTelling, termsOf } from "../../../flows/index.ts";
import type { Feedback } from "../../ports/feedback.ts";
import type { HandoverSample } from "../../ports/handover-log.ts";
import type { ReviewedTurn } from "../../ports/review-log.ts";

/** How a gap showed. */
export type GapKind = "declined" | "none-of-these" | "dissatisfied" | "handed-over" | "thumb-down";

/** A question that the documents did not answer well. */
export interface Gap {
  readonly kind: GapKind;
  readonly question: string;
  readonly at: number;
  readonly confidence: number | null;
  /** Sources that were looked at or cited, best first. */
  readonly sources: readonly string[];
  readonly conversationId: string;
}

/** Questions about the same. */
export interface Topic {
  /** Words that most of them share; the first question where they share none. */
  readonly label: string;
  readonly count: number;
  readonly kinds: Readonly<Partial<Record<GapKind, number>>>;
  /** When it was asked last. */
  readonly lastAt: number;
  readonly gaps: readonly Gap[];
}

function kindOf({ decision, complaint }: ReviewedTurn): GapKind | null {
  if (complaint !== null) return complaint;
  if (decision === "escalate") return "handed-over";
  return decision === "decline" ? "declined" : null;
}

/** Gaps out of everything that is kept; a handover that has ended and its turn count once. */
export function gapsOf(kept: {
  readonly turns: readonly ReviewedTurn[];
  readonly feedback: readonly Feedback[];
  readonly handovers: readonly HandoverSample[];
}): readonly Gap[] {
  const fromTurns = kept.turns.flatMap((turn): readonly Gap[] => {
    const kind = kindOf(turn);
    if (kind === null) return [];
    const { question, at, confidence, passages, conversationId } = turn;
    const sources = [...new Set(passages.map(({ source }) => source))];
    return [{ kind, question, at, confidence, sources, conversationId }];
  });
  const known = new Set(
    fromTurns.map(({ conversationId, question }) => `${conversationId}\n${question}`),
  );
  const fromDesk = kept.handovers.flatMap((sample): readonly Gap[] => {
    const { question, conversationId, confidence, openedAt: at, tried } = sample;
    if (question === null || known.has(`${conversationId}\n${question}`)) return [];
    const sources = [...new Set(tried.map(({ source }) => source))];
    return [{ kind: "handed-over", question, at, confidence, sources, conversationId }];
  });
  const fromThumbs = kept.feedback.flatMap((given): readonly Gap[] => {
    const { value, at, confidence, citations, conversationId } = given;
    const question = given.question ?? given.asked;
    if (value !== "bad" || question === null) return [];
    const sources = [...new Set(citations.map(({ source }) => source))];
    return [{ kind: "thumb-down", question, at, confidence, sources, conversationId }];
  });
  return [...fromTurns, ...fromDesk, ...fromThumbs].toSorted((one, other) => other.at - one.at);
}

interface Worded {
  readonly gap: Gap;
  /** What the question says, by the key of each word. */
  readonly words: ReadonlyMap<string, { readonly surface: string; readonly isVerb: boolean }>;
}

/** Questions belong together from this share of what the shorter one says. */
const ALIKE_FROM = 0.5;
/** What is done can be said in many ways; what it is about, in fewer. */
const VERB_SHARE = 0.3;

function worded(gap: Gap): Worded {
  const all = termsOf(gap.question).filter(({ isOptional }) => !isOptional);
  const telling = all.filter(isTelling);
  const words = telling.length > 0 ? telling : all;
  return {
    gap,
    words: new Map(words.map(({ key, surface, isVerb }) => [key, { surface, isVerb }])),
  };
}

/** How alike two questions are: the weight of the words that both have, over that of the one that says less. */
function likeness(one: Worded, other: Worded, rarity: (key: string) => number): number {
  const weightOf = (words: Worded["words"], isCounted: (key: string) => boolean): number =>
    [...words].reduce(
      (sum, [key, { isVerb }]) =>
        sum + (isCounted(key) ? rarity(key) * (isVerb ? VERB_SHARE : 1) : 0),
      0,
    );
  const least = Math.min(
    weightOf(one.words, () => true),
    weightOf(other.words, () => true),
  );
  if (least === 0) return Number(one.gap.question === other.gap.question);
  return weightOf(one.words, (key) => other.words.has(key)) / least;
}

function topicOf(members: readonly Worded[]): Topic {
  const counts = new Map<string, { surface: string; count: number }>();
  for (const { words } of members) {
    for (const [key, { surface }] of words) {
      counts.set(key, { surface, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  const common = [...counts.values()]
    .filter(({ count }) => members.length > 1 && count * 2 > members.length)
    .toSorted((one, other) => other.count - one.count)
    .slice(0, 4)
    .map(({ surface }) => surface);
  const gaps = members.map(({ gap }) => gap);
  const kinds: Partial<Record<GapKind, number>> = {};
  for (const { kind } of gaps) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    label: common.length > 0 ? [...new Set(common)].join(" ") : (gaps[0]?.question ?? ""),
    count: gaps.length,
    kinds,
    lastAt: Math.max(...gaps.map(({ at }) => at)),
    gaps,
  };
}

/** Puts gaps about the same together: a question joins the group with the one it is most like. Most frequent first. */
export function topicsOf(gaps: readonly Gap[]): readonly Topic[] {
  const all = gaps.map(worded);
  const held = new Map<string, number>();
  for (const { words } of all) {
    for (const key of words.keys()) held.set(key, (held.get(key) ?? 0) + 1);
  }
  const rarity = (key: string): number => Math.log(1 + all.length / (held.get(key) ?? 1));
  const groups: Worded[][] = [];
  for (const one of all) {
    const scored = groups.map((group) => ({
      group,
      like: Math.max(...group.map((other) => likeness(one, other, rarity))),
    }));
    const best = scored.toSorted((a, b) => b.like - a.like)[0];
    if (best !== undefined && best.like >= ALIKE_FROM) best.group.push(one);
    else groups.push([one]);
  }
  return groups
    .map(topicOf)
    .toSorted((one, other) => other.count - one.count || other.lastAt - one.lastAt);
}
