import type { EmbedderIdentity } from "../../src/ports/embedder.ts";
import { HIDDEN_CHUNKS } from "../index/hidden.ts";
import { asBytes, asNumber, asText, type Sql, safeText } from "../index/sql.ts";
import { decodeVector, encodeVector } from "./codec.ts";

/** A chunk that waits for its vector. */
export interface UnembeddedChunk {
  readonly chunkId: number;
  /** Title, headings and text, as the embedding model reads them. */
  readonly text: string;
}

/** A vector on its way into Chroma. */
interface PlacedVector {
  readonly chunkId: number;
  readonly passageId: string;
  readonly vector: Float32Array;
}

/** The vectors in SQLite: the truth that Chroma is rebuilt from. */
export interface VectorTable {
  /** The row of an embedding model; vectors of other models do not count. */
  model(identity: EmbedderIdentity): number;
  /** Chunks after `afterChunk` without a vector of this model, in order. */
  unembedded(modelId: number, afterChunk: number, limit: number): readonly UnembeddedChunk[];
  /** Writes vectors of chunks that still exist, in one transaction. */
  put(
    modelId: number,
    vectors: readonly (readonly [chunkId: number, vector: Float32Array])[],
  ): void;
  count(modelId: number): number;
  /** How many vectors stand in these scopes at most, one for each chunk. */
  countReadable(scopes: ReadonlySet<number>): number;
  /** The nearest chunks of the scopes (null: of all), compared one by one; hidden ones are left out. */
  scan(
    modelId: number,
    query: Float32Array,
    options: { readonly scopes: ReadonlySet<number> | null; readonly limit: number },
  ): readonly number[];
  /** Drops every vector of every model, so that all are computed anew. */
  forgetAll(): void;
  unplaced(modelId: number, place: string, limit: number): readonly PlacedVector[];
  /** How many vectors are in this place; of these passages, where they are given. */
  countPlaced(place: string, passageIds?: readonly string[]): number;
  markPlaced(modelId: number, chunkIds: readonly number[], place: string): void;
  /** Forgets that vectors are in this place, so that they are sent once more. */
  forgetPlace(place: string): void;
  /** Passages that are gone here and may still be in Chroma. */
  vanished(limit: number): readonly string[];
  forgetVanished(passageIds: readonly string[]): void;
  /** The rows of those passages that still exist, are not hidden and may be read, in the order given. */
  rowsOf(passageIds: readonly string[], scopes: ReadonlySet<number> | null): readonly number[];
  /** Those of the ids that no passage bears any more. */
  strangers(passageIds: readonly string[]): readonly string[];
}

const HEADING = " › ";
/** libsql compares the vectors where they lie; one without a length is near to nothing. */
const NEAREST = `v.model_id = ? AND length(v.vector) = ? AND v.chunk_id NOT IN (${HIDDEN_CHUNKS})
  ORDER BY coalesce(vector_distance_cos(v.vector, ?), 1), v.chunk_id LIMIT ?`;

/** Creates the table over SQLite. */
export function createVectorTable(sql: Sql): VectorTable {
  const reading = readingStatements(sql);
  const writing = writingStatements(sql);

  return {
    model({ model, dimensions }) {
      writing.model.run(model, dimensions);
      return asNumber(reading.model.rows(model, dimensions)[0]?.[0]);
    },
    unembedded: (modelId, afterChunk, limit) =>
      reading.unembedded.rows(modelId, afterChunk, limit).map((row) => {
        const headings = [asText(row[1]), asText(row[2])].filter((part) => part.length > 0);
        return {
          chunkId: asNumber(row[0]),
          text: `${headings.join(HEADING)}\n${asText(row[3])}`,
        };
      }),
    put(modelId, vectors) {
      sql.transaction(() => {
        for (const [chunkId, vector] of vectors) {
          writing.put.run(modelId, encodeVector(vector), chunkId);
        }
      });
    },
    count: (modelId) => asNumber(reading.count.rows(modelId)[0]?.[0]),
    countReadable: (scopes) =>
      asNumber(reading.countSome.rows(JSON.stringify([...scopes]))[0]?.[0]),
    scan(modelId, query, { scopes, limit }) {
      const vector = encodeVector(query);
      const rows =
        scopes === null
          ? reading.nearest.rows(modelId, vector.byteLength, vector, limit)
          : reading.nearestOf.rows(
              JSON.stringify([...scopes]),
              modelId,
              vector.byteLength,
              vector,
              limit,
            );
      return rows.map(([chunkId]) => asNumber(chunkId));
    },
    forgetAll: () => void writing.clear.run(),
    unplaced: (modelId, place, limit) =>
      reading.unplaced.rows(modelId, place, limit).map((row) => ({
        chunkId: asNumber(row[0]),
        passageId: asText(row[1]),
        vector: decodeVector(asBytes(row[2])),
      })),
    countPlaced: (place, ids) =>
      asNumber(
        (ids === undefined
          ? reading.placed.rows(place)
          : reading.placedOf.rows(place, JSON.stringify(ids)))[0]?.[0],
      ),
    markPlaced: (modelId, chunkIds, place) =>
      void writing.place.run(place, modelId, JSON.stringify(chunkIds)),
    forgetPlace: (place) => void writing.unplace.run(place),
    vanished: (limit) => reading.vanished.rows(limit).map(([id]) => asText(id)),
    forgetVanished: (ids) => void writing.forget.run(JSON.stringify(ids)),
    rowsOf: (ids, scopes) =>
      reading.rows
        .rows(JSON.stringify(ids))
        .filter((row) => scopes === null || scopes.has(asNumber(row[1])))
        .map(([id]) => asNumber(id)),
    strangers: (ids) => reading.strangers.rows(JSON.stringify(ids)).map(([id]) => asText(id)),
  };
}

function readingStatements(sql: Sql) {
  return {
    model: sql.prepare("SELECT id FROM models WHERE model = ? AND dimensions = ?"),
    unembedded: sql.prepare(
      `SELECT c.id, ${safeText("d.title")}, ${safeText("c.section")}, ${safeText("c.text")} FROM chunks c JOIN documents d ON d.id = c.document_id
       LEFT JOIN vectors v ON v.chunk_id = c.id AND v.model_id = ?
       WHERE v.chunk_id IS NULL AND c.id > ? ORDER BY c.id LIMIT ?`,
    ),
    count: sql.prepare("SELECT count(*) FROM vectors WHERE model_id = ?"),
    countSome: sql.prepare(
      "SELECT count(*) FROM chunks WHERE scope_id IN (SELECT value FROM json_each(?))",
    ),
    nearest: sql.prepare(`SELECT v.chunk_id FROM vectors v WHERE ${NEAREST}`),
    // CROSS: from the chunks of the scopes to their vectors. The planner would go through the vectors of everybody.
    nearestOf: sql.prepare(
      `SELECT v.chunk_id FROM chunks c CROSS JOIN vectors v ON v.chunk_id = c.id
       WHERE c.scope_id IN (SELECT value FROM json_each(?)) AND ${NEAREST}`,
    ),
    unplaced: sql.prepare(
      `SELECT v.chunk_id, c.passage_id, v.vector FROM vectors v JOIN chunks c ON c.id = v.chunk_id
       WHERE v.model_id = ? AND v.stored_in IS NOT ? LIMIT ?`,
    ),
    placed: sql.prepare("SELECT count(*) FROM vectors WHERE stored_in = ?"),
    placedOf: sql.prepare(
      `SELECT count(*) FROM vectors v JOIN chunks c ON c.id = v.chunk_id
       WHERE v.stored_in = ? AND c.passage_id IN (SELECT value FROM json_each(?))`,
    ),
    vanished: sql.prepare("SELECT passage_id FROM vanished LIMIT ?"),
    rows: sql.prepare(
      `SELECT c.id, c.scope_id FROM json_each(?) AS wanted JOIN chunks c ON c.passage_id = wanted.value
       WHERE c.id NOT IN (${HIDDEN_CHUNKS}) ORDER BY wanted.key`,
    ),
    strangers: sql.prepare(
      `SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE passage_id = value)`,
    ),
  };
}

function writingStatements(sql: Sql) {
  return {
    model: sql.prepare(
      "INSERT INTO models (model, dimensions) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    put: sql.prepare(
      `INSERT INTO vectors (chunk_id, model_id, vector) SELECT id, ?, ? FROM chunks WHERE id = ?
       ON CONFLICT (chunk_id) DO UPDATE SET model_id = excluded.model_id, vector = excluded.vector, stored_in = NULL`,
    ),
    place: sql.prepare(
      "UPDATE vectors SET stored_in = ? WHERE model_id = ? AND chunk_id IN (SELECT value FROM json_each(?))",
    ),
    clear: sql.prepare("DELETE FROM vectors"),
    unplace: sql.prepare("UPDATE vectors SET stored_in = NULL WHERE stored_in = ?"),
    forget: sql.prepare(
      "DELETE FROM vanished WHERE passage_id IN (SELECT value FROM json_each(?))",
    ),
  };
}
