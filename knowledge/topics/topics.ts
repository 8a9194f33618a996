import { setImmediate as pause } from "node:timers/promises";
import { passageId } from "../../src/core/index.ts";
import type {
  Entity,
  EntityKind,
  Topic,
  TopicOverview,
  TopicRequest,
} from "../../src/ports/topics.ts";
import { storedVisibility } from "../index/catalog.ts";
import { HIDDEN_DOCUMENTS } from "../index/hidden.ts";
import { asNumber, asText, type Row, type Sql, safeText } from "../index/sql.ts";
import type { HanSegmenter } from "../lexical/han-segmenter.ts";
import { STOP_WORDS } from "../lexical/stop-words.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";
import type { Corpus } from "../retrieve/corpus.ts";
import { isReleased, permit } from "../retrieve/permit.ts";
import { type Cluster, clusterUnits } from "./clusters.ts";
import { capitalNames, type IsPerson, idsOf, loadIsPerson } from "./names.ts";

/** More are not looked at at once; the others are counted. */
const MAX_PASSAGES = 4_000;
/** Others have their turn after so many. */
const TURN = 50;
const MAX_ENTITIES = 100;
const LABEL_WORDS = 3;
/** A single one may be a slip of the pen. */
const LEAST_PASSAGES = 2;

interface Passage {
  readonly id: string;
  readonly documentId: string;
  readonly section: string;
  readonly text: string;
}

/** A section of a document while its words are counted. */
interface CountedUnit {
  readonly documentId: string;
  readonly passages: string[];
  readonly counts: Map<string, number>;
}

/** What of a word is shown to people: the form in which it stands most often. */
interface Surfaces {
  note(term: string, form: string): void;
  of(term: string): string;
}

interface TopicsParts {
  readonly sql: Sql;
  readonly corpus: Corpus;
  readonly tokenizer: Tokenizer;
  readonly segmenter: HanSegmenter;
}

/**
 * Makes the overview of what one person may read. It is made of those passages alone, each time: neither a label nor a count
 * can show what is hidden from him.
 */
export function createTopics(
  parts: TopicsParts,
): (request: TopicRequest, signal: AbortSignal) => Promise<TopicOverview> {
  const { sql, corpus, tokenizer, segmenter } = parts;
  // What editors have hidden is no subject of anybody.
  const shown = `FROM chunks c JOIN scopes s ON s.id = c.scope_id
     WHERE c.scope_id IN (SELECT value FROM json_each(?))
       AND c.document_id NOT IN (${HIDDEN_DOCUMENTS})`;
  const select = sql.prepare(
    `SELECT c.passage_id, c.document_id, ${safeText("c.section")}, ${safeText("c.text")},
       s.collection, s.visibility ${shown}
     ORDER BY c.document_id, c.position LIMIT ?`,
  );
  const count = sql.prepare(`SELECT count(*) ${shown}`);

  const read = (request: TopicRequest) => {
    const reader = { ...request, audience: { kind: "private" } } as const;
    const known = corpus.scopes();
    const permission = permit(known, reader);
    const scopes = known.filter(({ id }) => permission.allows(id));
    const ids = JSON.stringify(scopes.map(({ id }) => id));
    const isMine = (row: Row): boolean =>
      isReleased({ collection: asText(row[4]), visibility: storedVisibility(row[5]) }, reader);
    const passages = select.rows(ids, MAX_PASSAGES).filter(isMine).map(readPassage);
    const all = asNumber(count.rows(ids)[0]?.[0]);
    return { passages, leftOut: Math.max(0, all - passages.length) };
  };

  return async (request, signal) => {
    const isPerson = await loadIsPerson();
    const { passages, leftOut } = read(request);
    const units = new Map<string, CountedUnit>();
    const names = createNames(isPerson);
    const surfaces = createSurfaces();
    for (const [index, passage] of passages.entries()) {
      if (index % TURN === 0) await pause();
      signal.throwIfAborted();
      countWords(unitOf(units, passage), passage, tokenizer, surfaces);
      names.add([
        ...idsOf(tokenizer.tokenize(passage.text).identifiers),
        ...hanNames(passage.text, segmenter),
      ]);
      names.addUnknown(capitalNames(passage.text));
      names.next();
    }
    const counted = [...units.values()];
    const clusters = await clusterUnits(counted, signal);
    return {
      topics: clusters.map((cluster) => topicOf(cluster, counted, surfaces)),
      entities: names.entities(),
      passages: passages.length,
      leftOut,
    };
  };
}

function readPassage(row: Row): Passage {
  return {
    id: asText(row[0]),
    documentId: asText(row[1]),
    section: asText(row[2]),
    text: asText(row[3]),
  };
}

/** A document has many subjects: its sections are sorted, by the two outermost headings. */
function unitOf(units: Map<string, CountedUnit>, passage: Passage): CountedUnit {
  const heading = passage.section.split(" › ").slice(0, 2).join(" › ");
  const key = `${passage.documentId}\n${heading}`;
  const { documentId } = passage;
  const unit: CountedUnit = units.get(key) ?? { documentId, passages: [], counts: new Map() };
  units.set(key, unit);
  unit.passages.push(passage.id);
  return unit;
}

const FORM = /\p{Script=Han}+|[\p{L}][\p{L}\p{N}’'-]+/gu;

function countWords(
  unit: CountedUnit,
  passage: Passage,
  tokenizer: Tokenizer,
  surfaces: Surfaces,
): void {
  for (const [form] of `${passage.section}\n${passage.text}`.matchAll(FORM)) {
    for (const term of tokenizer.tokenize(form).words) {
      if (term.length < 2 || STOP_WORDS.has(term) || STOP_WORDS.has(form.toLowerCase())) continue;
      unit.counts.set(term, (unit.counts.get(term) ?? 0) + 1);
      // A run of Chinese is many words, each its own form.
      surfaces.note(term, /^\p{Script=Han}/u.test(form) ? term : form.toLowerCase());
    }
  }
}

function createSurfaces(): Surfaces {
  const forms = new Map<string, Map<string, number>>();
  return {
    note(term, form) {
      const known = forms.get(term) ?? new Map<string, number>();
      known.set(form, (known.get(form) ?? 0) + 1);
      forms.set(term, known);
    },
    of(term) {
      const known = [...(forms.get(term) ?? [])];
      known.sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
      return known[0]?.[0] ?? term;
    },
  };
}

function topicOf(
  { units, terms }: Cluster,
  counted: readonly CountedUnit[],
  surfaces: Surfaces,
): Topic {
  const members = units.flatMap((at) => counted[at] ?? []);
  const words = terms.map((term) => surfaces.of(term));
  return {
    label: words.slice(0, LABEL_WORDS).join(", "),
    terms: words,
    documents: new Set(members.map(({ documentId }) => documentId)).size,
    passages: members.flatMap(({ passages }) => passages.map(passageId)),
  };
}

function hanNames(text: string, segmenter: HanSegmenter) {
  const runs = segmenter.names === undefined ? [] : (text.match(/\p{Script=Han}+/gu) ?? []);
  return runs.flatMap((run) => segmenter.names?.(run) ?? []);
}

/** Counts names by the passages in which they stand. */
function createNames(isPerson: IsPerson) {
  const total = new Map<string, { kind: EntityKind; passages: number }>();
  const kinds = new Map<string, EntityKind>();
  let here = new Map<string, EntityKind>();
  const kindOf = (name: string): EntityKind => {
    const kind = kinds.get(name) ?? (isPerson(name) ? "person" : "name");
    kinds.set(name, kind);
    return kind;
  };
  return {
    add(found: readonly { readonly name: string; readonly kind: EntityKind }[]): void {
      for (const { name, kind } of found) here.set(name, kind);
    },
    addUnknown(found: readonly string[]): void {
      for (const name of found) here.set(name, kindOf(name));
    },
    next(): void {
      for (const [name, kind] of here) {
        const passages = (total.get(name)?.passages ?? 0) + 1;
        total.set(name, { kind, passages });
      }
      here = new Map();
    },
    entities(): readonly Entity[] {
      return [...total]
        .filter(([, { kind, passages }]) => passages >= LEAST_PASSAGES || kind === "id")
        .map(([name, entity]) => ({ name, ...entity }))
        .sort((a, b) => b.passages - a.passages || (a.name < b.name ? -1 : 1))
        .slice(0, MAX_ENTITIES);
    },
  };
}
