import { describe, expect, it } from "vitest";
import { FrontdeskError } from "../../../../src/core/index.ts";
import type { Embedder } from "../../../../src/ports/embedder.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { openKnowledge } from "../../../support/knowledge-fixture.ts";
import { createMemoryDocuments } from "../../../support/memory-documents.ts";
import { eventually } from "../../../support/runtime-eventually.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A hundred one-line documents. */
function manyDocuments() {
  const documents = createMemoryDocuments();
  for (let index = 0; index < 100; index += 1) {
    documents.put("/kb", `${index}.md`, `Rule ${index} about leave.`);
  }
  return documents;
}

describe("embedding", () => {
  it("follows the text and is told until it is complete", async () => {
    const { ingest, knowledge } = await openKnowledge({
      documents: manyDocuments(),
      embedder: createHashEmbedder(),
    });

    const events = await ingest("/kb");

    const told = events.flatMap((event) => (event.type === "embedded" ? [event] : []));
    expect(told.at(-1)).toEqual({ type: "embedded", chunks: 100, of: 100 });
    expect((await knowledge.status()).vectors).toMatchObject({
      state: "ready",
      embedded: 100,
      model: "hash-embedder@1",
    });
  });

  it("goes in batches", async () => {
    const sizes: number[] = [];
    const embedder = createHashEmbedder();
    const counting: Embedder = {
      ...embedder,
      embed(texts, call) {
        sizes.push(texts.length);
        return embedder.embed(texts, call);
      },
    };
    const { ingest } = await openKnowledge({ documents: manyDocuments(), embedder: counting });

    await ingest("/kb");

    expect(Math.max(...sizes)).toBeLessThanOrEqual(32);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
  });

  it("warns when the model is down, and catches up by itself when it is back", async () => {
    const embedder = createHashEmbedder();
    const { ingest, knowledge, find } = await openKnowledge({
      documents: manyDocuments(),
      embedder,
    });
    embedder.setDown(true);

    const events = await ingest("/kb");
    const meanwhile = (await knowledge.status()).vectors;
    embedder.setDown(false);

    expect(events.map(({ type }) => type)).toContain("warning");
    expect(events.at(-1)?.type).toBe("finished");
    expect(meanwhile).toMatchObject({ state: "unavailable", embedded: 0 });
    expect(await find("leave")).not.toEqual([]);
    await eventually("all chunks embedded", async () => {
      return (await knowledge.status()).vectors.embedded === 100;
    });
  });

  it("goes on where the process before was ended", async () => {
    const dataDir = temporaryFolder();
    const documents = manyDocuments();
    const down = createHashEmbedder();
    const first = await openKnowledge({ dataDir, documents, embedder: down });
    down.setDown(true);
    await first.ingest("/kb");
    await first.knowledge.close();
    const embedder = createHashEmbedder();

    const second = await openKnowledge({ dataDir, documents, embedder });

    await eventually("all chunks embedded", async () => {
      return (await second.knowledge.status()).vectors.embedded === 100;
    });
    expect(embedder.embedded()).toBe(100);
  });

  it("begins anew with another model, and embeds nothing twice with the same one", async () => {
    const dataDir = temporaryFolder();
    const documents = manyDocuments();
    const first = await openKnowledge({ dataDir, documents, embedder: createHashEmbedder() });
    await first.ingest("/kb");
    await first.knowledge.close();
    const same = createHashEmbedder();
    const again = await openKnowledge({ dataDir, documents, embedder: same });
    await again.ingest("/kb");
    await again.knowledge.close();
    const other = createHashEmbedder({ model: "other@2", dimensions: 32 });

    const third = await openKnowledge({ dataDir, documents, embedder: other });
    await third.ingest("/kb");

    expect(same.embedded()).toBe(0);
    expect(other.embedded()).toBe(100);
    expect((await third.ask("Rule 7 about leave")).features.topCosine).toBeGreaterThan(0.5);
  });

  it("leaves out the one text that crashes the model", async () => {
    const embedder = createHashEmbedder();
    const fragile: Embedder = {
      ...embedder,
      embed(texts, call) {
        if (!texts.some((text) => text.includes("Rule 42 "))) return embedder.embed(texts, call);
        return Promise.reject(new FrontdeskError("request_poisonous", "It crashed the model."));
      },
    };
    const { ingest, knowledge } = await openKnowledge({
      documents: manyDocuments(),
      embedder: fragile,
    });

    await ingest("/kb");

    expect((await knowledge.status()).vectors.embedded).toBe(99);
  });
});
