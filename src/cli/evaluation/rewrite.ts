import { z } from "zod";
import { type Act, readMessage } from "../../../flows/index.ts";
import { detectLanguage } from "../../core/index.ts";
import { filesOf, halves, readLines } from "./read-set.ts";
import { type EvalResult, figuresOf, timingsOf } from "./result.ts";
import { meanOf, resampled } from "./statistics.ts";

const turnSchema = z.object({ role: z.enum(["user", "bot"]), text: z.string() });
const lineSchema = z.object({
  query: z.string(),
  rewrite: z.string(),
  group: z.string().optional(),
  history: z.array(z.union([z.string(), turnSchema])).optional(),
  history_user: z.array(z.string()).optional(),
});
type Line = z.infer<typeof lineSchema>;

/** What was said before a question. */
export interface HistoryTurn {
  readonly role: "user" | "bot";
  readonly text: string;
}

/**
 * The lines before a question. Bare texts are questions of the person, unless the questions of the same group show that
 * answers stand between them: then the first ones name the subject and every second one is the bot's.
 */
function historyOf(line: Line, isAlternating: boolean): readonly HistoryTurn[] {
  if (line.history_user !== undefined) {
    return line.history_user.map((text) => ({ role: "user", text }));
  }
  return (line.history ?? []).map((turn, at) => {
    if (typeof turn !== "string") return turn;
    return { role: isAlternating && (at < 2 || at % 2 === 1) ? "bot" : "user", text: turn };
  });
}

/** Whether more lines stand before the second question of a conversation than the one question that was asked. */
function alternates(lines: readonly Line[]): boolean {
  const [first] = lines;
  return (first?.history ?? []).length > 0 && typeof first?.history?.[0] === "string";
}

/** What a person wants with a message, by rules, after what was said before. */
export function readAfter(query: string, history: readonly HistoryTurn[]): Act {
  const turns = history.map((turn) => ({
    ...turn,
    at: 0,
    language: detectLanguage(turn.text),
    decision: null,
    name: "",
  }));
  const { act } = readMessage(
    {
      texts: [query],
      hasAttachments: false,
      chosenOptionId: null,
      language: "en",
      focus: focusOf(history),
      turns,
      clarification: null,
      hasOfferedPerson: false,
      conversationKey: "eval",
      userKey: "eval",
    },
    { sensitiveTopics: [] },
  );
  return act;
}

/** What a question says on its own, by rules, after what was said before. */
export function standingQuestion(query: string, history: readonly HistoryTurn[]): string {
  const act = readAfter(query, history);
  return act.type === "question" ? act.question : query;
}

/** What the dialogue would remember: each question in the words that it was completed with, and what answers came from. */
function focusOf(history: readonly HistoryTurn[]) {
  const first = history.findIndex(({ role }) => role === "user");
  const titles = history
    .slice(0, Math.max(0, first < 0 ? history.length : first))
    .map(({ text }) => text);
  const at = history.findLastIndex(({ role }) => role === "user");
  const last = history[at];
  if (last === undefined) {
    const [title] = titles;
    return title === undefined ? null : { question: title, answer: "", titles };
  }
  const answer = history.slice(at + 1).find(({ role }) => role === "bot")?.text ?? "";
  const question = standingQuestion(last.text, history.slice(0, at));
  return { question, answer, titles };
}

function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [];
}

/** F1 of the words that two texts share, each as often as both have it. */
export function tokenF1(got: string, expected: string): number {
  const left = tokensOf(got);
  const right = [...tokensOf(expected)];
  const all = left.length + right.length;
  const shared = left.filter((token) => {
    const at = right.indexOf(token);
    if (at >= 0) right.splice(at, 1);
    return at >= 0;
  }).length;
  return all === 0 ? 1 : (2 * shared) / all;
}

interface Scored {
  readonly isChanged: boolean;
  readonly own: number;
  readonly copied: number;
}

/** Measures how close completed follow-ups come to those that people wrote; rules alone, nothing fitted. */
export function evaluateRewrite(data: string): EvalResult {
  const all = readLines(filesOf(data).questions, lineSchema);
  const isAlternating = alternates(all);
  const [, lines] = halves(all);
  const tookMs: number[] = [];
  const scored = lines.map((line): Scored => {
    const history = historyOf(line, isAlternating);
    const start = performance.now();
    const question = standingQuestion(line.query, history);
    tookMs.push(performance.now() - start);
    return {
      isChanged: tokensOf(line.query).join(" ") !== tokensOf(line.rewrite).join(" "),
      own: tokenF1(question, line.rewrite),
      copied: tokenF1(line.query, line.rewrite),
    };
  });
  const changed = scored.filter(({ isChanged }) => isChanged);
  const same = scored.filter(({ isChanged }) => !isChanged);
  const ownOf = (some: readonly Scored[]): number => meanOf(some.map(({ own }) => own));
  const copiedOf = (some: readonly Scored[]): number => meanOf(some.map(({ copied }) => copied));
  return {
    kind: "rewrite",
    data,
    n: lines.length,
    ...figuresOf({
      f1: resampled(scored, ownOf),
      f1Changed: resampled(changed, ownOf),
      f1Unchanged: resampled(same, ownOf),
      gainChanged: resampled(changed, (some) => ownOf(some) - copiedOf(some)),
    }),
    baseline: figuresOf({
      f1: copiedOf(scored),
      f1Changed: copiedOf(changed),
      f1Unchanged: copiedOf(same),
      gainChanged: 0,
    }).metrics,
    timings: timingsOf(tookMs),
    note: `${changed.length} of them need other words; by rules, on every second line (those who write the rules look at the others); baseline: the question as it was asked.`,
  };
}
