/** A piece of what a model wrote, told apart. */
interface ThoughtPiece {
  readonly type: "thought" | "text";
  readonly text: string;
}

/** Tells thoughts from the answer while both stream in. */
export interface ThoughtParser {
  /** Pieces that are certain by now; the rest is held back until the next call. */
  push(chunk: string): readonly ThoughtPiece[];
  /** What was held back, when nothing more will come. */
  end(): readonly ThoughtPiece[];
  /** Whether the next character would be part of a thought. */
  isThinking(): boolean;
}

const TAGS = [
  "<think>",
  "</think>",
  "<thinking>",
  "</thinking>",
  "<thought>",
  "</thought>",
] as const;
const TAG = /<(\/?)(?:think|thinking|thought)>/iu;

/**
 * Makes sure that no thought is ever part of the answer, whatever the model does with its tags: split over chunks, nested,
 * stray, or never closed. A closing tag without an opening one is dropped; what an unclosed tag opens is a thought to the
 * end; a tag that only comes about when a thought is taken out of the text counts as a tag. So an answer that
 * wants to speak about such a tag loses it: rather that than a leaked thought. White space at the start of the answer
 * is dropped.
 * @param startsThinking for templates that open the thought in the prompt, so that only the closing tag is generated
 */
export function createThoughtParser(options: { readonly startsThinking: boolean }): ThoughtParser {
  let depth = options.startsThinking ? 1 : 0;
  let heldText = "";
  let heldThought = "";
  let hasText = false;

  const emit = (type: ThoughtPiece["type"], text: string, pieces: ThoughtPiece[]): void => {
    const visible = type === "text" && !hasText ? text.trimStart() : text;
    if (visible === "") return;
    if (type === "text") hasText = true;
    pieces.push({ type, text: visible });
  };

  /** Gives out what cannot be the beginning of a tag any more and returns the rest. */
  const release = (type: ThoughtPiece["type"], text: string, pieces: ThoughtPiece[]): string => {
    const safe = text.length - openEnding(text);
    emit(type, text.slice(0, safe), pieces);
    return text.slice(safe);
  };

  const push = (chunk: string): readonly ThoughtPiece[] => {
    const pieces: ThoughtPiece[] = [];
    let rest = chunk;
    for (;;) {
      const type = depth > 0 ? "thought" : "text";
      const pending = (type === "thought" ? heldThought : heldText) + rest;
      const tag = TAG.exec(pending);
      const kept = release(type, tag === null ? pending : pending.slice(0, tag.index), pieces);
      if (type === "thought") heldThought = kept;
      else heldText = kept;
      if (tag === null) return pieces;
      rest = pending.slice(tag.index + tag[0].length);
      depth = tag[1] === "/" ? Math.max(0, depth - 1) : depth + 1;
      if (depth === 0) {
        emit("thought", heldThought, pieces);
        heldThought = "";
      }
    }
  };

  return {
    push,
    end: () => {
      const pieces: ThoughtPiece[] = [];
      emit("thought", heldThought, pieces);
      emit("text", heldText, pieces);
      heldThought = "";
      heldText = "";
      return pieces;
    },
    isThinking: () => depth > 0,
  };
}

/**
 * How many characters at the end could be the beginning of a tag. Beginnings that stand one behind the other count together:
 * in `</thin<` the second may become a tag, is taken out then, and lets the first go on.
 */
function openEnding(text: string): number {
  let end = text.length;
  for (;;) {
    const start = text.lastIndexOf("<", end - 1);
    if (end === 0 || start === -1 || !isBeginning(text.slice(start, end).toLowerCase())) break;
    end = start;
  }
  return text.length - end;
}

function isBeginning(ending: string): boolean {
  return TAGS.some((tag) => tag.length > ending.length && tag.startsWith(ending));
}
