import { FrontdeskError, isFrontdeskError, type Language } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type {
  DocumentOutcome,
  IngestEvent,
  IngestRequest,
  IngestSummary,
} from "../../src/ports/knowledge-base.ts";
import type { CleaningPlan, DocumentReader, DocumentRef, SourceListing } from "../document.ts";
import { type Catalog, type CatalogDocument, canonicalRoot } from "./catalog.ts";
import type { DocumentWriter } from "./document-writer.ts";
import { documentIdOf } from "./identity.ts";

/** What ingestion works with. */
export interface IngestParts {
  readonly reader: DocumentReader;
  readonly catalog: Catalog;
  readonly writer: DocumentWriter;
  readonly clock: Clock;
  /** What holds for sources of which nothing was said. */
  readonly cleaning: CleaningPlan;
  /** Called after each document that brought new text. */
  readonly onText: () => void;
}

/** A source that could not be looked into. */
interface UnreadSource {
  readonly root: string;
  readonly error: FrontdeskError;
}

/** What several sources hold, as far as they could be looked into. */
export interface ListedSources {
  readonly listed: readonly ListedSource[];
  readonly unread: readonly UnreadSource[];
}

/** A source with what it holds. */
interface ListedSource extends SourceListing {
  readonly root: string;
  /** Language of its documents; null: told from each of them. */
  readonly language: Language | null;
  readonly cleaning: CleaningPlan;
  /** Whether what is committed is read, instead of what lies in the folder. */
  readonly isGit: boolean;
}

interface Place {
  readonly collection: string;
  readonly language: Language | null;
  readonly cleaning: CleaningPlan;
  readonly isGit: boolean;
  readonly sourceId: number;
  readonly scopeId: number;
}

/**
 * Finds out what every source holds before anything is changed. Of several, those that cannot be read do not stop the others.
 * @throws FrontdeskError what is wrong with all sources when none can be read
 */
export async function listSources(
  { reader, catalog, cleaning: usual }: Pick<IngestParts, "reader" | "catalog" | "cleaning">,
  request: IngestRequest,
  signal: AbortSignal,
): Promise<ListedSources> {
  const roots = [...new Set(request.sources.map(canonicalRoot))];
  if (roots.length === 0) {
    throw new FrontdeskError(
      "source_empty",
      "No source was given. Name a file, a folder or a URL.",
    );
  }
  const listed: ListedSource[] = [];
  const unread: UnreadSource[] = [];
  const seen = new Set<string>();
  for (const root of roots) {
    const settings = { ...catalog.settings(request.collection, root), ...request.settings };
    const listing = await reader
      .list(root, { signal, scope: settings, isGit: settings.git })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (!isFrontdeskError(error)) throw error;
        unread.push({ root, error });
        return null;
      });
    if (listing === null) continue;
    // Two roots may overlap; the first one given holds the document.
    const documents = listing.documents.filter(({ source }) => !seen.has(source));
    for (const { source } of documents) seen.add(source);
    const { language, git: isGit } = settings;
    const cleaning = {
      clean: settings.clean ?? usual.clean,
      redact: settings.redact ?? usual.redact,
    };
    listed.push({ ...listing, root, documents, language, cleaning, isGit });
  }
  const [first] = unread;
  if (listed.length > 0 || first === undefined) return { listed, unread };
  throw unread.length === 1 ? first.error : refusal(first.error, unread);
}

function refusal(first: FrontdeskError, unread: readonly UnreadSource[]): FrontdeskError {
  const message = unread.map(({ error }) => error.message).join("\n");
  const retryable = unread.some(({ error }) => error.retryable);
  return new FrontdeskError(first.code, message, { cause: first, retryable });
}

/** A whole source as one document that failed; its documents of an earlier run stay. */
function failedSource({ root, error: { code, message } }: UnreadSource): DocumentOutcome {
  const reason = message.startsWith(`${root} `) ? message.slice(root.length + 1) : message;
  return { status: "failed", source: root, code, reason };
}

/** Brings the text of all sources up to date, document by document; tells each outcome. */
export async function* ingestText(
  parts: IngestParts,
  request: IngestRequest,
  { listed, unread }: ListedSources,
  signal: AbortSignal,
): AsyncGenerator<IngestEvent, Tally> {
  const { catalog } = parts;
  const tally = createTally();
  yield {
    type: "found",
    documents: listed.reduce((sum, { documents }) => sum + documents.length, 0),
  };
  const scopeId = catalog.scope(request.collection, request.visibility);
  const listedEverywhere = new Set(
    listed.flatMap(({ documents }) => documents.map(({ source }) => source)),
  );
  let done = 0;
  for (const source of unread) {
    yield { type: "document", outcome: tally.add(failedSource(source)), done };
  }
  const { collection, visibility, settings = {} } = request;
  for (const { root, isContainer, documents, refused, ...how } of listed) {
    const sourceId = catalog.source({ collection, root, visibility, settings }, parts.clock.now());
    // All at once and first of all: what becomes secret must not stay readable until its turn comes.
    parts.writer.assignSource(sourceId, scopeId);
    const known = catalog.documents(collection);
    const place = { collection, sourceId, scopeId, ...how };
    // What vanished goes before anything new is read: from then on nobody is answered from it.
    for (const document of isContainer ? known.values() : []) {
      if (document.sourceId !== sourceId || listedEverywhere.has(document.location)) continue;
      signal.throwIfAborted();
      parts.writer.remove(document.id);
      const outcome = { status: "removed", source: document.location } as const;
      yield { type: "document", outcome: tally.add(outcome), done };
    }
    for (const ref of documents) {
      signal.throwIfAborted();
      const outcome = await ingestDocument(
        parts,
        ref,
        known.get(ref.source) ?? null,
        place,
        signal,
      );
      done += 1;
      yield { type: "document", outcome: tally.add(outcome), done };
    }
    for (const { source, reason } of refused) {
      const outcome = { status: "skipped", source, code: "source_unreadable", reason } as const;
      yield { type: "document", outcome: tally.add(outcome), done };
    }
  }
  return tally;
}

async function ingestDocument(
  parts: IngestParts,
  ref: DocumentRef,
  known: CatalogDocument | null,
  place: Place,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  const { writer } = parts;
  const knownHash = known === null ? null : hashOf(known.contentHash, place);
  const read = await parts.reader.read(ref, {
    knownHash,
    knownVersion: known?.version ?? null,
    language: place.language,
    cleaning: place.cleaning,
    signal,
  });
  const { source } = ref;
  switch (read.status) {
    case "unchanged":
      if (known === null) {
        throw new FrontdeskError("internal", `${source} is called unchanged but was never read.`);
      }
      if (known.sourceId !== place.sourceId || known.scopeId !== place.scopeId) {
        writer.assign(known.id, place);
      }
      if (read.version !== undefined && read.version !== known.version) {
        writer.noteVersion(known.id, read.version);
      }
      return {
        status: "unchanged",
        source,
        title: known.title,
        chunks: known.chunks,
        warning: null,
      };
    case "read": {
      const id = documentIdOf(place.collection, source);
      const { contentHash, document, warning, version = null } = read;
      const state = contentHash + marksOf(place);
      await writer.write({ id, ...place, ref, contentHash: state, version, document }, { signal });
      parts.onText();
      const status = known === null ? "added" : "updated";
      return { status, source, title: document.title, chunks: document.chunks.length, warning };
    }
    case "skipped":
      // What is no document any more must not go on being answered from.
      if (known !== null) writer.remove(known.id);
      return { ...read, status: "skipped", source };
    case "failed":
      // It may be readable again at the next run: what is known of it stays until then, under the new visibility. What is
      // gone for good is not answered from.
      if (known !== null && read.code === "source_not_found") writer.remove(known.id);
      else if (known !== null) writer.assign(known.id, place);
      return { ...read, status: "failed", source };
  }
}

/**
 * How a source is read is kept with the hash of each document that was read so: a document counts as known only when it
 * was read and cleaned in the same way, also where a run was cut off after the wish had changed.
 */
function marksOf({
  cleaning: { clean, redact },
  isGit,
}: Pick<Place, "cleaning" | "isGit">): string {
  const wishes = [...clean, ...redact, ...(isGit ? ["git"] : [])].sort();
  return wishes.length === 0 ? "" : `+${wishes.join(",")}`;
}

/** The hash of the bytes where it stands for a text that was cleaned in this way; else null. */
function hashOf(state: string, how: Pick<Place, "cleaning" | "isGit">): string | null {
  const [hash = "", marks = ""] = state.split(/(?=\+)/u);
  return marks === marksOf(how) ? hash : null;
}

/** Counts outcomes. */
export interface Tally {
  /** Counts and hands back. */
  add(outcome: DocumentOutcome): DocumentOutcome;
  summary(durationMs: number): IngestSummary;
}

function createTally(): Tally {
  const counts = { added: 0, updated: 0, unchanged: 0, removed: 0, skipped: 0, failed: 0 };
  let chunks = 0;
  return {
    add(outcome) {
      counts[outcome.status] += 1;
      if ("chunks" in outcome) chunks += outcome.chunks;
      return outcome;
    },
    summary: (durationMs) => ({ ...counts, chunks, durationMs }),
  };
}
