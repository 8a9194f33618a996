/** Renders Markdown to lines. */
type Render = (markdown: string) => readonly string[];

/** How a streamed answer ends on the screen. */
export type DraftEnd =
  /** Nothing of it stands for good yet: print the whole answer. */
  | { readonly type: "whole" }
  /** Its beginning stands; this Markdown is left. */
  | { readonly type: "rest"; readonly markdown: string }
  /** What stands was changed since: say so and print the whole. */
  | { readonly type: "corrected" };

/** Where blocks end for sure: at an empty line outside of code, before text that continues no list. */
function blockEnds(markdown: string): readonly number[] {
  const ends: number[] = [];
  let isInCode = false;
  let offset = 0;
  let isAfterBlank = false;
  for (const line of markdown.split("\n")) {
    if (isAfterBlank && !isInCode && /^\S/u.test(line)) ends.push(offset);
    if (/^\s{0,3}(?:```|~~~)/u.test(line)) isInCode = !isInCode;
    isAfterBlank = line.trim() === "";
    offset += line.length + 1;
  }
  return ends;
}

const INSIGNIFICANT = /[\s.,;:!?。，；：！？、*_]/u;

/**
 * Where in the final text the shown beginning ends; null when the final text begins otherwise. A check may have moved a
 * reference behind a full stop: signs and spaces do not count, words and the numbers of references do.
 */
function endOfShown(finalText: string, shown: string): number | null {
  const significant = [...shown].filter((character) => !INSIGNIFICANT.test(character));
  let at = 0;
  let matched = 0;
  for (const character of finalText) {
    if (!INSIGNIFICANT.test(character)) {
      if (matched === significant.length) return at;
      if (character !== significant[matched]) return null;
      matched += 1;
    }
    at += character.length;
  }
  return matched === significant.length ? at : null;
}

/** Takes back the signs that open the next block: bold text, a bullet. */
function blockStart(text: string, end: number): number {
  const lineStart = text.lastIndexOf("\n", end - 1) + 1;
  return text.slice(lineStart, end).trim().length <= 4 ? lineStart : end;
}

/**
 * An answer while it is being written. It is shown as live lines that can still change; only when it grows beyond the
 * screen do its first blocks go by for good.
 */
export class Draft {
  #text = "";
  #committed = 0;

  get isEmpty(): boolean {
    return this.#text === "";
  }

  append(delta: string): void {
    this.#text += delta;
  }

  /** What was shown is void. True when a part of it stands on the screen for good. */
  reset(): boolean {
    const hadCommitted = this.#committed > 0;
    this.#text = "";
    this.#committed = 0;
    return hadCommitted;
  }

  /** Splits what there is into lines to print for good now and lines to show live, at most `maxLive` of them. */
  layOut(
    render: Render,
    maxLive: number,
  ): { readonly commit: readonly string[]; readonly live: readonly string[] } {
    const open = this.#text.slice(this.#committed);
    const lines = render(open);
    if (lines.length <= maxLive) return { commit: [], live: lines };
    const ends = blockEnds(open);
    const end = ends.find((at) => render(open.slice(at)).length <= maxLive) ?? ends.at(-1);
    if (end === undefined) return { commit: [], live: lines.slice(-maxLive) };
    this.#committed += end;
    return {
      commit: [...render(open.slice(0, end)), ""],
      live: render(open.slice(end)).slice(-maxLive),
    };
  }

  /** Ends it with the text as it was decided, and is empty again. */
  finish(finalText: string): DraftEnd {
    const committed = this.#text.slice(0, this.#committed);
    this.reset();
    if (committed === "") return { type: "whole" };
    const end = endOfShown(finalText, committed);
    if (end === null) return { type: "corrected" };
    return { type: "rest", markdown: finalText.slice(blockStart(finalText, end)) };
  }
}
