import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { createRemoteKnowledge } from "../../knowledge/index.ts";
import { findChromaBinding } from "../../knowledge/vectors/chroma-binding.ts";
import { type ChromaProcess, startChromaProcess } from "../../knowledge/vectors/chroma-process.ts";
import { createHashEmbedder } from "../support/hash-embedder.ts";
import { askingOf, openKnowledge } from "../support/knowledge-fixture.ts";
import { KNOWLEDGE_KEY, serveKnowledge } from "../support/knowledge-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { retrieverSuite } from "./retriever-suite.ts";

retrieverSuite("words alone", () => openKnowledge());

retrieverSuite("words and vectors compared one by one", () =>
  openKnowledge({ embedder: createHashEmbedder() }),
);

retrieverSuite("of another machine, over HTTP", async () => {
  const fixture = await openKnowledge({ embedder: createHashEmbedder() });
  const { url } = await serveKnowledge(fixture.knowledge);
  const knowledge = createRemoteKnowledge({ url, apiKey: KNOWLEDGE_KEY });
  onTestFinished(() => knowledge.close());
  // Documents are added where they lie; everything else goes over the wire.
  return { ...fixture, knowledge, ...askingOf(knowledge) };
});

describe("on one Chroma server", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-chroma-"));
  let server: ChromaProcess | null = null;
  beforeAll(async () => {
    const binding = findChromaBinding();
    if ("reason" in binding) throw new Error(binding.reason);
    server = await startChromaProcess({
      binding,
      folder,
      readyTimeoutMs: 20_000,
      signal: new AbortController().signal,
    });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  retrieverSuite("words and vectors in Chroma", async () => {
    const port = server?.address.port ?? 0;
    const fixture = await openKnowledge({
      embedder: createHashEmbedder(),
      chroma: { mode: "remote", url: `http://127.0.0.1:${port}` },
      // Nothing is compared one by one: what is found by meaning was found in Chroma.
      settings: { exactScanLimit: 0 },
    });
    return {
      ...fixture,
      async ingest(root, options) {
        const events = await fixture.ingest(root, options);
        await eventually("vectors in Chroma", async () => {
          return (await fixture.knowledge.status()).vectors.state === "ready";
        });
        return events;
      },
    };
  });
});
