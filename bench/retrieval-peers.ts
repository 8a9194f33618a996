import { join } from "node:path";
import { pathToFileURL } from "node:url";
import MiniSearch from "minisearch";
import { z } from "zod";
import type { Finder, IndexedPassage } from "../knowledge/evaluate/index.ts";
import { createLocalEmbedder, starterEmbedder } from "../models/index.ts";
import { silentLogger } from "../src/ports/logger.ts";

const TOP = 20;
const opened: { close(): Promise<void> }[] = [];

/** Ends what the peers have started. */
export async function closePeers(): Promise<void> {
  for (const part of opened.splice(0)) await part.close();
}

/** MiniSearch with its defaults; prefixes and typing errors, which are meant for search boxes, harm whole questions. */
function createMiniSearch(passages: readonly IndexedPassage[]): Finder {
  const index = new MiniSearch({
    fields: ["title", "section", "text"],
    searchOptions: { boost: { title: 2 } },
  });
  index.addAll(passages.map(({ id, title, section, text }) => ({ id, title, section, text })));
  return async (query) =>
    index
      .search(query)
      .slice(0, TOP)
      .map(({ id }) => z.string().parse(id));
}

interface LangChainDocument {
  readonly pageContent: string;
  readonly metadata: { readonly id: string };
}
interface Embeddings {
  embedDocuments(texts: string[]): Promise<number[][]>;
  embedQuery(text: string): Promise<number[]>;
}
interface Ensemble {
  invoke(query: string): Promise<readonly { readonly metadata: Record<string, unknown> }[]>;
}
interface Store {
  addDocuments(documents: LangChainDocument[]): Promise<unknown>;
  asRetriever(top: number): object;
}

const isClass = (value: unknown): boolean => typeof value === "function";
const memory = z.object({
  MemoryVectorStore: z.custom<new (embeddings: Embeddings) => Store>(isClass),
});
const ensemble = z.object({
  EnsembleRetriever:
    z.custom<new (options: { retrievers: object[]; weights: number[] }) => Ensemble>(isClass),
});
const retrievers = z.object({
  BaseRetriever: z.custom<new (options: object) => object>(isClass),
});

/**
 * LangChain.js's hybrid in memory: its vector store over the same starter embedder, and its ensemble (reciprocal rank fusion,
 * half and half) with a retriever by words, for which MiniSearch stands.
 * @param folder where `@langchain/core` and `@langchain/classic` are installed
 */
async function createLangChain(
  folder: string,
  passages: readonly IndexedPassage[],
  byWords: Finder,
): Promise<Finder> {
  const load = async (path: string): Promise<unknown> =>
    import(pathToFileURL(join(folder, "node_modules/@langchain", path)).href);
  const { MemoryVectorStore } = memory.parse(await load("classic/dist/vectorstores/memory.js"));
  const { EnsembleRetriever } = ensemble.parse(await load("classic/dist/retrievers/ensemble.js"));
  const { BaseRetriever } = retrievers.parse(await load("core/dist/retrievers/index.js"));
  const { signal } = new AbortController();
  const embedder = createLocalEmbedder({
    model: starterEmbedder,
    gpu: "off",
    logger: silentLogger,
  });
  opened.push(embedder);
  const embed = async (texts: readonly string[], purpose: "query" | "passage") =>
    (await embedder.embed([...texts], { purpose, signal })).map((vector) => [...vector]);
  const store = new MemoryVectorStore({
    embedDocuments: (texts) => embed(texts, "passage"),
    embedQuery: async (text) => (await embed([text], "query"))[0] ?? [],
  });
  const documents = new Map(
    passages.map(({ id, title, text }) => [
      id,
      { pageContent: `${title}\n${text}`, metadata: { id } },
    ]),
  );
  await store.addDocuments([...documents.values()]);
  class WordRetriever extends BaseRetriever {
    readonly lc_namespace = ["frontdesk"];

    async _getRelevantDocuments(query: string): Promise<readonly LangChainDocument[]> {
      return (await byWords(query, signal)).flatMap((id) => documents.get(id) ?? []);
    }
  }
  const hybrid = new EnsembleRetriever({
    retrievers: [store.asRetriever(TOP), new WordRetriever({})],
    weights: [0.5, 0.5],
  });
  return async (query) =>
    (await hybrid.invoke(query)).map(({ metadata }) => z.string().parse(metadata["id"]));
}

/** Other ways of finding; LangChain.js where `LANGCHAIN` names a folder that holds it. */
export async function createPeers(
  passages: readonly IndexedPassage[],
): Promise<ReadonlyMap<string, Finder>> {
  const miniSearch = createMiniSearch(passages);
  const peers = new Map([["MiniSearch", miniSearch]]);
  const folder = process.env["LANGCHAIN"];
  if (folder !== undefined) {
    peers.set("LangChain.js", await createLangChain(folder, passages, miniSearch));
  }
  return peers;
}
