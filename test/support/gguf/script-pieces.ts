import { SPECIAL_TOKENS } from "./bpe-vocabulary.ts";

/**
 * Cuts a script into pieces of which none comes twice, so that each piece has exactly one successor. A word that was there
 * before is joined with what follows it, or at the end with what precedes it.
 * @param taken pieces that may not be used
 * @param hasTagTokens `<think>` and `</think>` become the special tokens where they come first; else they are plain text.
 */
export function scriptPieces(
  script: string,
  taken: readonly string[],
  hasTagTokens: boolean,
): readonly string[] {
  const words = script.match(/<\/?think>|\s*[^\s<]+|\s+|</gu) ?? [];
  const used = new Set<string>(taken);
  const reserved = new Set<string>(SPECIAL_TOKENS);
  const isFree = (piece: string): boolean =>
    !used.has(piece) && (hasTagTokens || !reserved.has(piece));
  const pieces: string[] = [];
  let open = "";
  for (const word of words) {
    open += word;
    if (!isFree(open)) continue;
    used.add(open);
    pieces.push(open);
    open = "";
  }
  while (open !== "") {
    const last = pieces.pop();
    if (last === undefined) throw new Error("this script cannot be cut into pieces that differ");
    open = last + open;
    if (!isFree(open)) continue;
    pieces.push(open);
    open = "";
  }
  return pieces;
}
