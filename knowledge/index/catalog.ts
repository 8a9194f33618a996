import { resolve } from "node:path";
import {
  type DocumentId,
  documentId,
  FrontdeskError,
  LANGUAGES,
  type Language,
  parseVisibility,
  type Visibility,
} from "../../src/core/index.ts";
import { isPath, type SourceSettings, type SourceSummary } from "../../src/ports/knowledge-base.ts";
import { storedSettings, withSettings } from "./source-settings.ts";
import { asNumber, asText, type Row, type Sql, safeText } from "./sql.ts";

/** A document as the catalog knows it. */
export interface CatalogDocument {
  readonly id: DocumentId;
  readonly sourceId: number;
  readonly scopeId: number;
  readonly location: string;
  readonly title: string;
  readonly contentHash: string;
  /** What its server calls the version that is known; null for files. */
  readonly version: string | null;
  readonly chunks: number;
}

/** A source with what was said of it. */
interface SourcePlace {
  readonly collection: string;
  readonly root: string;
  readonly visibility: Visibility;
  readonly settings: Partial<SourceSettings>;
}

/** Sources, scopes and the list of documents; what documents say is written by document-writer.ts. */
export interface Catalog {
  /** The source's row, made or brought up to date; what `settings` does not say stays as it was. */
  source(place: SourcePlace, now: number): number;
  /** How a source is looked after, as far as is known. */
  settings(collection: string, root: string): SourceSettings;
  /** The row of who may read: made when it is new. */
  scope(collection: string, visibility: Visibility): number;
  /** The documents of a collection by location. */
  documents(collection: string): ReadonlyMap<string, CatalogDocument>;
  /** The documents of all sources under this root, or of the collection, with the sources themselves. */
  targets(target: { readonly root: string } | { readonly collection: string }): {
    readonly documents: readonly DocumentId[];
    readonly sources: readonly number[];
  };
  forgetSource(sourceId: number): void;
  summaries(): readonly SourceSummary[];
  totals(): { readonly documents: number; readonly chunks: number };
}

/** A path in one spelling, wherever it was given from; URLs stay as they are. */
export function canonicalRoot(root: string): string {
  return isPath(root) ? resolve(root) : root;
}

/** @throws FrontdeskError `database_corrupt` */
export function storedVisibility(value: unknown): Visibility {
  const visibility = parseVisibility(asText(value));
  if (visibility === null) {
    throw new FrontdeskError(
      "database_corrupt",
      "knowledge.db holds a visibility that is none. Move the file away and ingest again to rebuild it.",
    );
  }
  return visibility;
}

/** What is not known any more is taken for English. */
export function storedLanguage(value: unknown): Language {
  return LANGUAGES.find((language) => language === value) ?? "en";
}

/** Creates the catalog over its tables. */
export function createCatalog(sql: Sql): Catalog {
  const putSource = sql.prepare(
    `INSERT INTO sources (collection, root, visibility, updated_at, settings) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET visibility = excluded.visibility, updated_at = excluded.updated_at,
       settings = excluded.settings RETURNING id`,
  );
  const findSettings = sql.prepare(
    "SELECT settings FROM sources WHERE collection = ? AND root = ?",
  );
  const saidOf = (collection: string, root: string): string =>
    asText(findSettings.rows(collection, root)[0]?.[0] ?? "{}");
  const putScope = sql.prepare(
    "INSERT INTO scopes (collection, visibility) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const findScope = sql.prepare("SELECT id FROM scopes WHERE collection = ? AND visibility = ?");
  const listDocuments = sql.prepare(
    `SELECT d.id, d.source_id, d.scope_id, ${safeText("d.location")}, ${safeText("d.title")}, d.content_hash, d.version,
            (SELECT count(*) FROM chunks c WHERE c.document_id = d.id)
     FROM documents d JOIN scopes s ON s.id = d.scope_id WHERE s.collection = ?`,
  );
  const sourcesByRoot = sql.prepare("SELECT id FROM sources WHERE root = ?");
  const sourcesByCollection = sql.prepare("SELECT id FROM sources WHERE collection = ?");
  const documentsOfSources = sql.prepare(
    "SELECT id FROM documents WHERE source_id IN (SELECT value FROM json_each(?))",
  );
  const dropSource = sql.prepare("DELETE FROM sources WHERE id = ?");
  const summarise = sql.prepare(
    `SELECT s.collection, s.root, s.visibility, s.updated_at,
            (SELECT count(*) FROM documents d WHERE d.source_id = s.id),
            (SELECT count(*) FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.source_id = s.id),
            (SELECT group_concat(DISTINCT d.language) FROM documents d WHERE d.source_id = s.id), s.settings
     FROM sources s ORDER BY s.collection, s.root`,
  );
  const count = sql.prepare(
    "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)",
  );

  return {
    source({ collection, root, visibility, settings }, now) {
      const said = withSettings(saidOf(collection, root), settings);
      return asNumber(putSource.rows(collection, root, visibility, now, said)[0]?.[0]);
    },
    settings: (collection, root) => storedSettings(saidOf(collection, root)),
    scope(collection, visibility) {
      putScope.run(collection, visibility);
      return asNumber(findScope.rows(collection, visibility)[0]?.[0]);
    },
    documents: (collection) =>
      new Map(
        listDocuments
          .rows(collection)
          .map(readDocument)
          .map((document) => [document.location, document]),
      ),
    targets(target) {
      const rows =
        "root" in target
          ? sourcesByRoot.rows(canonicalRoot(target.root))
          : sourcesByCollection.rows(target.collection);
      const sources = rows.map(([id]) => asNumber(id));
      const documents = documentsOfSources
        .rows(JSON.stringify(sources))
        .map(([id]) => documentId(asText(id)));
      return { sources, documents };
    },
    forgetSource: (sourceId) => void dropSource.run(sourceId),
    summaries: () => summarise.rows().map(readSummary),
    totals() {
      const row = count.rows()[0];
      return { documents: asNumber(row?.[0]), chunks: asNumber(row?.[1]) };
    },
  };
}

function readDocument(row: Row): CatalogDocument {
  return {
    id: documentId(asText(row[0])),
    sourceId: asNumber(row[1]),
    scopeId: asNumber(row[2]),
    location: asText(row[3]),
    title: asText(row[4]),
    contentHash: asText(row[5]),
    version: row[6] === null ? null : asText(row[6]),
    chunks: asNumber(row[7]),
  };
}

function readSummary(row: Row): SourceSummary {
  const languages = row[6] === null ? [] : asText(row[6]).split(",");
  return {
    collection: asText(row[0]),
    root: asText(row[1]),
    visibility: storedVisibility(row[2]),
    documents: asNumber(row[4]),
    chunks: asNumber(row[5]),
    languages: LANGUAGES.filter((language) => languages.includes(language)),
    updatedAt: asNumber(row[3]),
    settings: storedSettings(asText(row[7])),
  };
}
