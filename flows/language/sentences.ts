const ABBREVIATION =
  /(?:\b(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|prof|no|approx|incl|min|max|fig|sec|art|st|inc|ltd|co|u\.s|u\.k|a\.m|p\.m)|\b[A-Z])\.$/iu;
const BOUNDARY =
  /(?<=[.!?]["'”’)\]]*)\s+(?=["'“‘([*_`]*[\p{Lu}\p{N}\p{Script=Han}])|(?<=[。！？…][”’」』）)]*)(?=[^\s”’」』）)。！？…])\s*|(?<=[!?])(?=\p{Script=Han})/u;
const CHINESE_SEMICOLON = /(?<=；)/u;
const LONG_CHINESE_SENTENCE = 120;

/**
 * Splits a paragraph into sentences, English and Chinese alike; the pieces joined by a space (English) or nothing
 * (Chinese) give the paragraph again. Abbreviations and decimals do not end a sentence.
 */
export function splitSentences(paragraph: string): readonly string[] {
  const pieces: string[] = [];
  let pending = "";
  for (const piece of paragraph.split(BOUNDARY)) {
    if (piece === undefined) continue;
    pending = pending === "" ? piece : `${pending} ${piece}`;
    if (ABBREVIATION.test(pending)) continue;
    pieces.push(pending.trim());
    pending = "";
  }
  if (pending.trim() !== "") pieces.push(pending.trim());
  return pieces
    .flatMap((piece) =>
      piece.length > LONG_CHINESE_SENTENCE ? piece.split(CHINESE_SEMICOLON) : [piece],
    )
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 0);
}
