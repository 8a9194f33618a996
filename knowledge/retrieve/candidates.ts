import { asBytes, asNumber, asNumberOrNull, asText, type Row, type Sql } from "../index/sql.ts";
import { type Bm25Settings, bm25, type WeightedTerm } from "../lexical/bm25.ts";
import { decodeTermVector, type TermVector } from "../lexical/term-vector.ts";
import { cosine, decodeVector } from "../vectors/codec.ts";
import type { Permission } from "./permit.ts";

/** A chunk that may be an answer, with everything that ranks it. */
export interface Candidate {
  readonly chunkId: number;
  readonly documentId: string;
  readonly terms: TermVector;
  /** BM25 over what the reader may see; 0 when no term is in it. */
  readonly lexical: number;
  /** Null when the question or the chunk has no vector. */
  readonly cosine: number | null;
  /** Editors want it before others that answer as well. */
  readonly isBoosted: boolean;
  /** Milliseconds since the epoch; null when the source does not say. */
  readonly updatedAt: number | null;
}

/** What the candidates are measured against. */
interface Measure {
  readonly terms: readonly WeightedTerm[];
  readonly bm25: Bm25Settings;
  readonly permission: Permission;
  readonly queryVector: Float32Array | null;
  /** The row of the embedding model whose vectors count. */
  readonly modelId: number | null;
}

/** Loads chunks and measures them on both sides, whichever side found them. Chunks that may not be read, and hidden ones, are left out. */
export interface CandidateLoader {
  load(chunkIds: readonly number[], measure: Measure): readonly Candidate[];
}

/** Creates the loader over the tables. */
export function createCandidateLoader(sql: Sql): CandidateLoader {
  const select = sql.prepare(
    `SELECT c.id, c.document_id, c.scope_id, c.length, c.terms, v.vector, t.standing, d.updated_at
     FROM chunks c JOIN documents d ON d.id = c.document_id
     LEFT JOIN standings t ON t.document_id = c.document_id
     LEFT JOIN vectors v ON v.chunk_id = c.id AND v.model_id = ?
     WHERE c.id IN (SELECT value FROM json_each(?)) AND t.standing IS NOT 'hidden'`,
  );

  return {
    load: (chunkIds, measure) =>
      select
        .rows(measure.queryVector === null ? null : measure.modelId, JSON.stringify(chunkIds))
        .filter((row) => measure.permission.allows(asNumber(row[2])))
        .map((row) => readCandidate(row, measure)),
  };
}

function readCandidate(row: Row, measure: Measure): Candidate {
  const terms = decodeTermVector(asBytes(row[4]));
  const chunk = { vector: terms, length: asNumber(row[3]) };
  const vector = row[5] === null || row[5] === undefined ? null : decodeVector(asBytes(row[5]));
  return {
    chunkId: asNumber(row[0]),
    documentId: asText(row[1]),
    terms,
    lexical: bm25(measure.terms, chunk, measure.permission.averageLength, measure.bm25),
    cosine:
      vector === null || measure.queryVector === null ? null : cosine(measure.queryVector, vector),
    isBoosted: row[6] === "boosted",
    updatedAt: asNumberOrNull(row[7]),
  };
}
