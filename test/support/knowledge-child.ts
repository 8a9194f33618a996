// A process with a knowledge base, to be killed: argv is the data folder and how long one batch takes to embed. Ingests 200
// short documents, and says each step on stdout.
import { createKnowledge, knowledgeSettings, STARTER_FUSION } from "../../knowledge/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createHashEmbedder } from "./hash-embedder.ts";
import { createMemoryDocuments } from "./memory-documents.ts";

const [dataDir = "", batchMs = "0"] = process.argv.slice(2);
const documents = createMemoryDocuments();
for (let index = 0; index < 200; index += 1) {
  documents.put("/kb", `${index}.md`, `Rule ${index} about leave.`);
}
const embedder = createHashEmbedder();
const knowledge = await createKnowledge({
  dataDir,
  reader: documents,
  embedder: {
    ...embedder,
    async embed(texts, call) {
      await new Promise((resolve) => setTimeout(resolve, Number(batchMs)));
      return await embedder.embed(texts, call);
    },
  },
  reranker: null,
  chroma: { mode: "embedded" },
  settings: knowledgeSettings(STARTER_FUSION),
  logger: silentLogger,
  clock: systemClock,
});
await knowledge.warm();
process.stdout.write("warm\n");
const request = { sources: ["/kb"], collection: "kb", visibility: "public" } as const;
const { signal } = new AbortController();
for await (const event of knowledge.ingest(request, { signal })) {
  process.stdout.write(`${event.type}\n`);
}
setInterval(() => {}, 1_000);
