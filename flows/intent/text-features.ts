import { matchable, segmentHan, stem } from "../language/index.ts";

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;
const HAN = /\p{Script=Han}/u;
const [SHORTEST_PIECE, LONGEST_PIECE] = [3, 4];

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(WORD)].flatMap(([word]) =>
    HAN.test(word) ? segmentHan(word) : [word.replace("’", "'")],
  );
}

/** Pieces of a word with its edges marked, so that a slip of the finger leaves most of them. */
function piecesOf(word: string): readonly string[] {
  if (HAN.test(word)) return [...word];
  const marked = `<${word}>`;
  const pieces: string[] = [];
  for (let size = SHORTEST_PIECE; size <= LONGEST_PIECE; size += 1) {
    for (let at = 0; at + size <= marked.length; at += 1) pieces.push(marked.slice(at, at + size));
  }
  return pieces;
}

/** What a message is compared by: its words, pairs of neighbours, and pieces of words. */
export function textFeatures(text: string): readonly string[] {
  const words = wordsOf(matchable(text)).slice(0, 60);
  const stems = words.map((word) => (HAN.test(word) ? word : stem(word)));
  const framed = ["^", ...stems, "$"];
  return [
    ...stems.map((word) => `w:${word}`),
    ...framed.slice(1).map((word, at) => `b:${framed[at] ?? ""} ${word}`),
    ...words.flatMap((word) => piecesOf(word).map((piece) => `c:${piece}`)),
  ];
}
