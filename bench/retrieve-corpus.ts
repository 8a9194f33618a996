import { createHash } from "node:crypto";
import type { DocumentReader, ParsedDocument } from "../knowledge/index.ts";
import { seededRandom, type Visibility } from "../src/core/index.ts";

/** Documents are spread over so many groups of readers. */
export const GROUPS = 20;
const CHUNKS_PER_DOCUMENT = 5;
const VOCABULARY = 30_000;
/** The commonest words of English, as often as they stand in texts: a search has to live with them. */
const COMMON =
  "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many must before back see through way where get much go well your down should because long each just those how too little state good very still own work life both under need price order report machine question team service office policy letter number day week year hour".split(
    " ",
  );
const ONSETS = "b c d f g h l m n p r s t v w br cl dr fl gr pl st tr".split(" ");
const VOWELS = "a e i o u ai ea ou".split(" ");
const ENDS = "n r s t l m nd rt ck x".split(" ");

/** A word of the language in which the made-up documents are written; low numbers are frequent. */
function wordAt(index: number): string {
  const common = COMMON[index];
  if (common !== undefined) return common;
  const next = seededRandom(index + 1);
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? "";
  const syllables = index < 2_000 ? 2 : 3;
  let word = "";
  for (let at = 0; at < syllables; at += 1) word += pick(ONSETS) + pick(VOWELS);
  return word + pick(ENDS);
}

const words = Array.from({ length: VOCABULARY }, (_, index) => wordAt(index));

/** A word as often as Zipf's law has it: the hundredth is a hundredth as frequent as the first. */
function drawWord(next: () => number): string {
  return words[Math.floor(VOCABULARY ** next()) - 1] ?? "the";
}

function sentence(next: () => number): string {
  const length = 8 + Math.floor(next() * 10);
  const text = Array.from({ length }, () => drawWord(next)).join(" ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The sentences of one chunk, 50 to 150 words; the same for the same number. */
function chunkText(number: number): string {
  const next = seededRandom(1_000_000 + number);
  const sentences = 4 + Math.floor(next() * 8);
  return Array.from({ length: sentences }, () => sentence(next)).join(" ");
}

function documentAt(number: number): ParsedDocument {
  const next = seededRandom(50_000_000 + number);
  const title = `${drawWord(next)} ${drawWord(next)} ${number}`;
  const chunks = Array.from({ length: CHUNKS_PER_DOCUMENT }, (_, at) => ({
    section: `${drawWord(next)} ${drawWord(next)}`,
    page: null,
    text: chunkText(number * CHUNKS_PER_DOCUMENT + at),
    language: "en" as const,
  }));
  return { title, language: "en", chunks };
}

/** Who may read the documents of one group. */
export function visibilityOf(group: number): Visibility {
  return `group:team-${group}`;
}

/** The source that holds the documents of one group. */
export function rootOf(group: number): string {
  return `/bench/${group}`;
}

/** Gives the made-up documents, so that about `chunks` of them are in all groups together. */
export function createMadeReader(chunks: number): DocumentReader {
  const documents = chunks / CHUNKS_PER_DOCUMENT;
  return {
    list(root) {
      const group = Number(root.split("/").at(-1));
      const numbers = Array.from({ length: documents }, (_, number) => number);
      const own = numbers.filter((number) => number % GROUPS === group);
      return Promise.resolve({
        isContainer: true,
        refused: [],
        documents: own.map((number) => {
          return { source: `${root}/${number}`, root, sizeBytes: null, updatedAt: null };
        }),
      });
    },
    read({ source }, { knownHash }) {
      const contentHash = createHash("sha256").update(source).digest("hex");
      if (knownHash === contentHash) return Promise.resolve({ status: "unchanged", contentHash });
      const document = documentAt(Number(source.split("/").at(-1)));
      return Promise.resolve({ status: "read", contentHash, document, warning: null });
    },
    close: () => Promise.resolve(),
  };
}

/** Questions of six to ten words out of one chunk each, half of them rare, and a few that everybody uses. */
export function madeQuestions(chunks: number, count: number, seed: number): readonly string[] {
  const next = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const text = chunkText(Math.floor(next() * chunks))
      .toLowerCase()
      .replaceAll(".", "");
    const there = [...new Set(text.split(" "))];
    const rare = there.filter((word) => !COMMON.includes(word)).slice(0, 4);
    const usual = there.filter((word) => COMMON.includes(word)).slice(0, 3);
    return `how do we ${[...usual, ...rare].join(" ")}`;
  });
}
