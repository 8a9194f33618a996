import type { Reply } from "../../core/index.ts";
import type { Expectation } from "./script.ts";

/** What a step came to. */
export interface Heard {
  /** What was said to the person since the step began, in order. */
  readonly replies: readonly Reply[];
  /** A message that ended without a reply; null otherwise. */
  readonly settled: "forwarded" | "ignored" | null;
}

/** One expectation that was not met. */
export interface Miss {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function decisionOf({ settled }: Heard, reply: Reply | undefined): string {
  if (reply !== undefined) return reply.decision;
  if (settled === null) return "nothing";
  return settled === "forwarded" ? "escalate" : "ignore";
}

function missingIn(
  what: string,
  wanted: readonly string[] | undefined,
  texts: readonly string[],
): readonly Miss[] {
  return (wanted ?? []).flatMap((part) =>
    texts.some((text) => holds(text, part))
      ? []
      : [{ what, expected: part, got: texts.join(" | ") || "nothing" }],
  );
}

function sourcesOf(reply: Reply | undefined): readonly string[] {
  return (reply?.citations ?? []).map(({ source, title, section }) =>
    [source, title, section].join(" · "),
  );
}

function unless(isMet: boolean, what: string, expected: string, got: string): readonly Miss[] {
  return isMet ? [] : [{ what, expected, got }];
}

function missesInWords(expected: Expectation, heard: Heard): readonly Miss[] {
  const text = heard.replies.map((reply) => reply.text).join("\n");
  const said = (expected.saysNot ?? []).filter((part) => holds(text, part));
  return [
    ...missingIn("says", expected.says, [text]),
    ...said.map((part) => ({ what: "saysNot", expected: `no "${part}"`, got: text })),
    ...unless(
      expected.silence === undefined || expected.silence === (heard.replies.length === 0),
      "silence",
      String(expected.silence),
      text || "nothing",
    ),
  ];
}

/** Compares what came of a step with what was expected; empty when all is as it should be. */
export function missesOf(expected: Expectation, heard: Heard): readonly Miss[] {
  const reply = heard.replies.at(-1);
  const decided = decisionOf(heard, reply);
  const { decision, citesFirst, language, confidence } = expected;
  const sure = reply?.confidence ?? null;
  const [least, most] = confidence ?? [0, 1];
  return [
    ...unless(
      decision === undefined || decision.some((one) => one === decided),
      "decision",
      (decision ?? []).join(" or "),
      decided,
    ),
    ...missingIn("cites", expected.cites, sourcesOf(reply)),
    ...(citesFirst === undefined
      ? []
      : missingIn("citesFirst", [citesFirst], sourcesOf(reply).slice(0, 1))),
    ...missingIn(
      "options",
      expected.options,
      (reply?.options ?? []).map(({ label }) => label),
    ),
    ...missingIn("question", expected.question, [reply?.question ?? ""]),
    ...unless(
      language === undefined || reply?.language === language,
      "language",
      language ?? "",
      reply?.language ?? "nothing",
    ),
    ...unless(
      confidence === undefined || (sure !== null && sure >= least && sure <= most),
      "confidence",
      `${least} to ${most}`,
      sure === null ? "none" : sure.toFixed(2),
    ),
    ...unless(
      expected.case === undefined || expected.case === ((reply?.case ?? null) !== null),
      "case",
      String(expected.case),
      reply?.case ?? "none",
    ),
    ...missesInWords(expected, heard),
  ];
}
