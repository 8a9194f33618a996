import { type CodeTracker, createCodeTracker } from "./code-tracker.ts";
import { findMark, openEnding, type ThoughtMark } from "./thought-marks.ts";

type PieceType = "thought" | "text";

/** A piece of what a model wrote, told apart; `retracted`: all text before it was a thought. */
type ThoughtPiece =
  | { readonly type: PieceType; readonly text: string }
  | { readonly type: "retracted" };

/** Tells thoughts from the answer while both stream in. */
export interface ThoughtParser {
  /** Pieces that are certain by now; the rest is held back until the next call. */
  push(chunk: string): readonly ThoughtPiece[];
  /** What was held back, when nothing more will come. */
  end(): readonly ThoughtPiece[];
  /** Whether the next character would be part of a thought. */
  isThinking(): boolean;
}

/** How deep in thoughts we are, and of which family of marks the outermost is; null where the prompt has opened it. */
interface Depth {
  readonly level: number;
  readonly family: ThoughtMark["family"] | null;
}

const OUTSIDE: Depth = { level: 0, family: null };

/**
 * Makes sure that no thought is ever part of the answer, whatever the model does with its marks: split over chunks, nested,
 * stray, or never closed. The first closing mark without an opening one retracts the text before it as soon as more follows,
 * since some templates open the thought in the prompt; any other is dropped. What an unclosed one opens is a thought to the end; a mark that only comes about when a thought is taken out of the text counts as one. What stands in closed code of
 * Markdown (`` `<think>` ``, in a thought only directly between backticks) is no mark: an answer may speak about them. White space at the
 * start of the answer is dropped.
 * @param startsThinking for templates that open the thought in the prompt, so that only the closing mark is generated; one
 *   that opens it once more at the start changes nothing
 */
export function createThoughtParser(options: { readonly startsThinking: boolean }): ThoughtParser {
  const held: Record<PieceType, string> = { thought: "", text: "" };
  const said: Record<PieceType, boolean> = { thought: false, text: false };
  const code = { text: createCodeTracker(true), thought: createCodeTracker(false) };
  let isDoubtful = false;
  let depth: Depth = options.startsThinking ? { level: 1, family: null } : OUTSIDE;

  const emit = (type: PieceType, text: string, pieces: ThoughtPiece[]): void => {
    code[type].push(text);
    const visible = type === "text" && !said.text ? text.trimStart() : text;
    if (visible === "") return;
    if (type === "text" && isDoubtful) {
      isDoubtful = false;
      said.thought = true;
      pieces.push({ type: "retracted" });
    }
    said[type] ||= visible.trim() !== "";
    pieces.push({ type, text: visible });
  };

  /** Gives out what cannot be the beginning of a mark any more, and holds the rest back. */
  const release = (type: PieceType, text: string, pieces: ThoughtPiece[]): void => {
    const safe = text.length - openEnding(text);
    emit(type, text.slice(0, safe), pieces);
    held[type] = text.slice(safe);
  };

  const read = (chunk: string, isEnd: boolean): readonly ThoughtPiece[] => {
    const pieces: ThoughtPiece[] = [];
    let rest = chunk;
    for (;;) {
      const type: PieceType = depth.level > 0 ? "thought" : "text";
      const pending = held[type] + rest;
      const found = findMark(pending);
      if (found === null) {
        release(type, pending, pieces);
        return pieces;
      }
      const { mark, start, end } = found;
      const [before, after] = [pending.slice(0, start), pending.slice(end)];
      const meant = meaning(mark, depth, code[type], { before, after, isEnd });
      if (meant === "undecided") {
        const safe = start - openEnding(before);
        emit(type, pending.slice(0, safe), pieces);
        held[type] = pending.slice(safe);
        return pieces;
      }
      rest = after;
      if (meant === "content") {
        emit(type, pending.slice(0, end), pieces);
        held[type] = "";
        continue;
      }
      release(type, before, pieces);
      if (mark.kind === "close" && depth.level === 0 && said.text && !said.thought) {
        isDoubtful = true;
        said.text = false;
      }
      const isFresh = !said.thought && held.thought.trim() === "";
      depth = deeper(depth, mark, isFresh);
      if (type === "text" || depth.level > 0) continue;
      emit("thought", held.thought, pieces);
      held.thought = "";
      code.thought = createCodeTracker(false);
    }
  };

  return {
    push: (chunk) => read(chunk, false),
    end: () => {
      const pieces = [...read("", true)];
      emit("thought", held.thought, pieces);
      emit("text", held.text, pieces);
      held.thought = "";
      held.text = "";
      return pieces;
    },
    isThinking: () => depth.level > 0,
  };
}

/** Whether a mark does something here, or is a part of what is said. */
function meaning(
  mark: ThoughtMark,
  { level, family }: Depth,
  code: CodeTracker,
  around: { readonly before: string; readonly after: string; readonly isEnd: boolean },
): "mark" | "content" | "undecided" {
  if (level > 0 && family !== null && family !== mark.family) return "content";
  const inCode = code.isCode(around.before, around.after);
  if (inCode === "yes") return "content";
  return inCode === "undecided" && !around.isEnd ? "undecided" : "mark";
}

/** @param isFresh nothing has been thought yet */
function deeper(depth: Depth, { kind, family }: ThoughtMark, isFresh: boolean): Depth {
  const { level } = depth;
  switch (kind) {
    case "open":
      if (level === 0) return { level: 1, family };
      // Opened by the prompt and by the model; channels follow one another and do not nest.
      if (level === 1 && depth.family === null && isFresh) return { level: 1, family };
      return family === "harmony" ? depth : { ...depth, level: level + 1 };
    case "close":
      return level <= 1 ? OUTSIDE : { ...depth, level: level - 1 };
    case "final":
      return OUTSIDE;
    case "other":
      return depth;
  }
}
