import { median } from "../report.ts";
import type { PeerFile } from "./files.ts";
import type { PeerReader } from "./readers.ts";
import { sentencesWhole, wordsRecovered } from "./recovered.ts";

/** What one reader made of the files of one kind. */
export interface Measured {
  readonly reader: string;
  readonly kind: string;
  readonly files: number;
  /** Files that gave text. */
  readonly read: number;
  /** Median over the rounds. */
  readonly documentsPerSecond: number;
  readonly secondsPerRound: number;
  readonly pieces: number;
  readonly characters: number;
  /** Mean over the files whose text is known; null where none is. */
  readonly words: number | null;
  readonly sentences: number | null;
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/** Null of nothing. */
export function mean(list: readonly number[]): number | null {
  return list.length === 0 ? null : list.reduce((sum, value) => sum + value, 0) / list.length;
}

const nameOf = (path: string): string => path.split("/").slice(-2).join("/");

interface Result {
  readonly file: PeerFile;
  readonly pieces: readonly string[] | null;
  readonly reason: string;
}

/**
 * Lets all readers that claim these files read them in turns. The first round loads libraries and warms up; it says what came
 * of the files, and its time does not count.
 */
export async function measure(
  readers: readonly PeerReader[],
  kind: string,
  files: readonly PeerFile[],
  rounds: number,
): Promise<readonly Measured[]> {
  const claiming = readers.filter((reader) => files.every(({ path }) => reader.claims(path)));
  const seen = claiming.map((reader) => {
    const seconds: number[] = [];
    const results: Result[] = [];
    return { reader, seconds, results };
  });
  for (let round = 0; round <= rounds; round += 1) {
    for (const { reader, seconds, results } of seen) {
      const start = performance.now();
      for (const file of files) {
        const came = await reader.read(file.path);
        if (round === 0) results.push({ file, ...came });
      }
      if (round > 0) seconds.push((performance.now() - start) / 1000);
    }
  }
  return seen.map(({ reader, seconds, results }) => ({
    reader: reader.name,
    kind,
    ...told(results, median(seconds)),
  }));
}

function told(results: readonly Result[], seconds: number): Omit<Measured, "reader" | "kind"> {
  const read = results.flatMap(({ pieces }) => (pieces === null ? [] : [pieces]));
  const known = results.flatMap(({ file: { truth }, pieces }) =>
    truth === null ? [] : [{ truth, pieces: pieces ?? [] }],
  );
  const withSentences = known.filter(({ truth }) => truth.sentences.length > 0);
  return {
    files: results.length,
    read: read.length,
    documentsPerSecond: results.length / seconds,
    secondsPerRound: seconds,
    pieces: read.reduce((sum, pieces) => sum + pieces.length, 0),
    characters: read.reduce((sum, pieces) => sum + pieces.join("").length, 0),
    words: mean(known.map(({ truth, pieces }) => wordsRecovered(truth.text, pieces))),
    sentences: mean(
      withSentences.map(({ truth, pieces }) => sentencesWhole(truth.sentences, pieces)),
    ),
    refused: results
      .filter(({ pieces }) => pieces === null)
      .map(({ file, reason }) => ({ file: nameOf(file.path), reason: reason.slice(0, 200) })),
  };
}
