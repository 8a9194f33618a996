import type { ScoredUnit } from "./score.ts";

/** What stands where pieces were left out: inside a paragraph, and between lines. */
interface Gaps {
  readonly inside: string;
  readonly between: string;
}

const QUOTED: Gaps = { inside: " … ", between: "\n" };

/** Pieces of one passage as text, in the order given: paragraphs flow, items and rows are listed. */
export function renderUnits(units: readonly ScoredUnit[], gaps: Gaps = QUOTED): string {
  let text = "";
  for (const [index, { unit, at }] of units.entries()) {
    const before = units[index - 1];
    const isSameParagraph =
      before !== undefined && before.unit.block === unit.block && unit.kind === "sentence";
    const isGap = before !== undefined && at > before.at + 1;
    const joint =
      before === undefined
        ? ""
        : isSameParagraph
          ? isGap
            ? gaps.inside
            : jointOf(text)
          : isGap
            ? gaps.between
            : "\n";
    const isListed = unit.kind === "item" || unit.kind === "row";
    const mark = unit.step === null ? "- " : `${unit.step}. `;
    text += `${joint}${isListed ? mark : ""}${unit.text}`;
  }
  return text;
}

function jointOf(text: string): string {
  return /[。！？；”」]$/u.test(text) ? "" : " ";
}
