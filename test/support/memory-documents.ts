import { createHash } from "node:crypto";
import type {
  Chunk,
  DocumentReader,
  DocumentRef,
  ParsedDocument,
  ReadOutcome,
} from "../../knowledge/index.ts";
import { detectLanguage, FrontdeskError } from "../../src/core/index.ts";

/** A document reader over folders that a test fills. */
export interface MemoryDocuments extends DocumentReader {
  /**
   * Puts a document under a root (an absolute path that stands for a folder). `text` is cut at blank lines; a line
   * "# Heading" begins a section.
   */
  put(root: string, name: string, text: string, title?: string): void;
  /** Makes reading a document fail, or be skipped. */
  spoil(root: string, name: string, status: "failed" | "skipped"): void;
  drop(root: string, name: string): void;
  /** Called with each document that is about to be read. */
  onRead: (source: string) => void;
}

interface Entry {
  readonly title: string;
  readonly text: string;
  readonly spoilt: "failed" | "skipped" | null;
}

/** Creates an empty set of folders. */
export function createMemoryDocuments(): MemoryDocuments {
  const folders = new Map<string, Map<string, Entry>>();
  const folder = (root: string): Map<string, Entry> => {
    const known = folders.get(root) ?? new Map<string, Entry>();
    folders.set(root, known);
    return known;
  };
  const find = (source: string): Entry | undefined => {
    for (const [root, entries] of folders) {
      for (const [name, entry] of entries) if (`${root}/${name}` === source) return entry;
    }
    return undefined;
  };

  const documents: MemoryDocuments = {
    onRead: () => {},
    put(root, name, text, title = name) {
      folder(root).set(name, { title, text, spoilt: null });
    },
    spoil(root, name, spoilt) {
      folder(root).set(name, { title: name, text: "", spoilt });
    },
    drop(root, name) {
      folder(root).delete(name);
    },
    async list(root, { signal }) {
      signal.throwIfAborted();
      const entries = folders.get(root);
      if (entries === undefined) {
        throw new FrontdeskError("source_not_found", `${root} does not exist.`);
      }
      if (entries.size === 0) throw new FrontdeskError("source_empty", `${root} is empty.`);
      const refs = [...entries.keys()].map((name) => ref(root, name));
      return { isContainer: true, documents: refs, refused: [] };
    },
    async read(reference, { knownHash, signal }): Promise<ReadOutcome> {
      signal.throwIfAborted();
      documents.onRead(reference.source);
      const entry = find(reference.source);
      if (entry === undefined || entry.spoilt !== null) {
        const status = entry?.spoilt ?? "failed";
        return { status, code: "document_broken", reason: "spoilt for the test" };
      }
      const contentHash = createHash("sha256")
        .update(`${entry.title}\n${entry.text}`)
        .digest("hex");
      if (contentHash === knownHash) return { status: "unchanged", contentHash };
      return { status: "read", contentHash, document: parse(entry), warning: null };
    },
    close: () => Promise.resolve(),
  };
  return documents;
}

function ref(root: string, name: string): DocumentRef {
  return { source: `${root}/${name}`, root, sizeBytes: null, updatedAt: null };
}

function parse({ title, text }: Entry): ParsedDocument {
  const chunks: Chunk[] = [];
  let section = "";
  for (const block of text.split(/\n{2,}/u)) {
    if (block.startsWith("# ")) section = block.slice(2).trim();
    else if (block.trim().length > 0) {
      chunks.push({ section, page: null, text: block.trim(), language: detectLanguage(block) });
    }
  }
  return { title, language: detectLanguage(text), chunks };
}
