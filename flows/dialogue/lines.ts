import type { Turn, TurnPart } from "../../src/core/index.ts";
import { shorten } from "../language/index.ts";
import { MAX_TURN_CHARACTERS } from "./context.ts";

/** The names of the messages of which a line was made. */
export function namesIn({ line, parts }: Turn): readonly string[] {
  return parts?.map((part) => part.line) ?? (line === undefined ? [] : [line]);
}

function madeOf(turn: Turn, parts: readonly TurnPart[]): Turn {
  const { parts: _before, ...rest } = turn;
  const line = parts.at(-1)?.line;
  const text = shorten(joined(parts), MAX_TURN_CHARACTERS);
  return {
    ...rest,
    text,
    ...(line === undefined ? {} : { line }),
    ...(parts.length > 1 ? { parts } : {}),
  };
}

function joined(parts: readonly TurnPart[]): string {
  return parts
    .map(({ text }) => text)
    .filter((text) => text !== "")
    .join("\n");
}

/** A line as what is left of it when one of its messages is taken back; null for nothing, and for what answered it. */
function withoutMessage(turn: Turn, message: string): Turn | null {
  if (turn.parts === undefined) return turn.line === message ? null : turn;
  const parts = turn.parts.filter(({ line }) => line !== message);
  if (parts.length === turn.parts.length) return turn;
  return parts.length === 0 ? null : madeOf(turn, parts);
}

/** Lines without a message that was taken back, and without what answered it. */
export function linesWithout(turns: readonly Turn[], message: string): readonly Turn[] {
  return turns.flatMap((turn) => withoutMessage(turn, message) ?? []);
}

/** Lines in which a message now says this; what answered it stays as it was. */
export function linesWith(turns: readonly Turn[], message: string, text: string): readonly Turn[] {
  return turns.map((turn) => {
    if (turn.role === "bot" || !namesIn(turn).includes(message)) return turn;
    if (turn.parts === undefined) return { ...turn, text: shorten(text, MAX_TURN_CHARACTERS) };
    return madeOf(
      turn,
      turn.parts.map((part) => (part.line === message ? { ...part, text } : part)),
    );
  });
}
