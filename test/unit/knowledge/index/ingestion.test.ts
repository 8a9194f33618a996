import { describe, expect, it } from "vitest";
import { isFrontdeskError } from "../../../../src/core/index.ts";
import type { IngestEvent } from "../../../../src/ports/knowledge-base.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { openKnowledge, person } from "../../../support/knowledge-fixture.ts";

const HR = "/kb/hr";

/** The outcomes of an ingest as "status name". */
function outcomes(events: readonly IngestEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "document"
      ? [`${event.outcome.status} ${event.outcome.source.split("/").at(-1)}`]
      : [],
  );
}

describe("ingest", () => {
  it("tells what it found, each outcome, and a summary last", async () => {
    const { documents, ingest } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.\n\nAsk your lead.");
    documents.put(HR, "travel.md", "Book trains early.");

    const events = await ingest(HR);

    expect(events.map(({ type }) => type)).toEqual(["found", "document", "document", "finished"]);
    expect(events.at(-1)).toMatchObject({
      summary: { added: 2, updated: 0, unchanged: 0, removed: 0, chunks: 3 },
    });
  });

  it("leaves alone what has not changed", async () => {
    const embedder = createHashEmbedder();
    const { documents, ingest } = await openKnowledge({ embedder });
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR);
    const before = embedder.embedded();

    const events = await ingest(HR);

    expect(outcomes(events)).toEqual(["unchanged leave.md"]);
    expect(embedder.embedded()).toBe(before);
  });

  it("embeds only the chunks that an edit touched", async () => {
    const embedder = createHashEmbedder();
    const { documents, ingest, find } = await openKnowledge({ embedder });
    documents.put(
      HR,
      "leave.md",
      "Thirty days of leave.\n\nAsk your lead.\n\nSick notes go to HR.",
    );
    await ingest(HR);
    const before = embedder.embedded();
    documents.put(
      HR,
      "leave.md",
      "New first line.\n\nThirty days of leave.\n\nSick notes go to HR.",
    );

    const events = await ingest(HR);

    expect(outcomes(events)).toEqual(["updated leave.md"]);
    expect(embedder.embedded() - before).toBe(1);
    expect(await find("lead")).not.toContain("Ask your lead.");
    expect(await find("new line")).toContain("New first line.");
  });

  it("keeps the id of a passage while its text stays, wherever it moves", async () => {
    const { documents, ingest, ask } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR);
    const [before] = (await ask("thirty days")).passages;
    documents.put(HR, "leave.md", "Welcome.\n\nThirty days of leave.");
    await ingest(HR);

    const [after] = (await ask("thirty days")).passages;

    expect(after?.id).toBe(before?.id);
  });

  it("drops what vanished from a folder, before anything is read", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    documents.put(HR, "travel.md", "Book trains early.");
    await ingest(HR);
    documents.drop(HR, "travel.md");

    const events = await ingest(HR);

    expect(outcomes(events)).toEqual(["removed travel.md", "unchanged leave.md"]);
    expect(await find("trains")).toEqual([]);
  });

  it("changes who may read without reading the documents again", async () => {
    const embedder = createHashEmbedder();
    const { documents, ingest, find } = await openKnowledge({ embedder });
    documents.put(HR, "pay.md", "Salaries are paid on the 25th.");
    await ingest(HR, { visibility: "public" });
    const before = embedder.embedded();

    const events = await ingest(HR, { visibility: "group:hr" });

    expect(outcomes(events)).toEqual(["unchanged pay.md"]);
    expect(await find("salaries")).toEqual([]);
    expect(await find("salaries", { principal: person("viewer", ["hr"]) })).toHaveLength(1);
    expect(embedder.embedded()).toBe(before);
  });

  it("hides all documents of a source before it looks at the first", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "a.md", "Salaries are paid on the 25th.");
    documents.put(HR, "b.md", "Bonus rules.");
    await ingest(HR, { visibility: "public" });
    const seen: Promise<readonly string[]>[] = [];
    documents.onRead = () => void seen.push(find("bonus salaries"));

    await ingest(HR, { visibility: "group:hr" });

    expect((await Promise.all(seen)).flat()).toEqual([]);
  });

  it("goes on after a bad file and names it", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.spoil(HR, "broken.pdf", "failed");
    documents.put(HR, "leave.md", "Thirty days of leave.");

    const events = await ingest(HR);

    expect(outcomes(events)).toEqual(["failed broken.pdf", "added leave.md"]);
    expect(await find("leave")).toHaveLength(1);
  });

  it("keeps what it knew of a document that cannot be read this time", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR);
    documents.spoil(HR, "leave.md", "failed");

    await ingest(HR);

    expect(await find("leave")).toHaveLength(1);
  });

  it("forgets a document that is none any more", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR);
    documents.spoil(HR, "leave.md", "skipped");

    await ingest(HR);

    expect(await find("leave")).toEqual([]);
  });

  it("names all sources when none can be read", async () => {
    const { ingest } = await openKnowledge();

    const failed = ingest(["/kb/nowhere", "/kb/neither"]);

    await expect(failed).rejects.toThrow(/\/kb\/nowhere[\s\S]*\/kb\/neither/u);
  });

  it("reads the others when one of several sources cannot be read, and names it as failed", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");

    const events = await ingest(["/kb/nowhere", HR]);

    const failure = { status: "failed", source: "/kb/nowhere", code: "source_not_found" };
    expect(events[1]).toMatchObject({ outcome: { ...failure, reason: "does not exist." } });
    expect(events.at(-1)).toMatchObject({ summary: { added: 1, failed: 1 } });
    expect(await find("leave")).toHaveLength(1);
  });

  it("goes on answering from a source that cannot be read this time", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    documents.put("/kb/it", "vpn.md", "Reset the VPN.");
    await ingest([HR, "/kb/it"]);
    documents.drop("/kb/it", "vpn.md");

    await ingest([HR, "/kb/it"]);

    expect(await find("vpn")).toHaveLength(1);
  });

  it.each([
    ["/kb/nowhere", "source_not_found"],
    ["/kb/empty", "source_empty"],
  ] as const)("refuses %s before it changes anything", async (bad, code) => {
    const { documents, knowledge, ingest, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    documents.put("/kb/empty", "x", "x");
    documents.drop("/kb/empty", "x");
    const failure: unknown = await ingest(bad).catch((error: unknown) => error);

    expect(isFrontdeskError(failure, code)).toBe(true);
    expect(await find("leave")).toEqual([]);
    expect(await knowledge.sources()).toEqual([]);
  });

  it("lets two ingests wait for one another", async () => {
    const { documents, ingest } = await openKnowledge();
    const read: string[] = [];
    for (const root of ["/kb/a", "/kb/b"]) {
      for (const name of ["1", "2", "3"]) documents.put(root, name, `text of ${root} ${name}`);
    }
    documents.onRead = (source) => void read.push(source.slice(0, 5));

    await Promise.all([ingest("/kb/a"), ingest("/kb/b")]);

    expect(read).toEqual(["/kb/a", "/kb/a", "/kb/a", "/kb/b", "/kb/b", "/kb/b"]);
  });

  it("ends with nothing when its collection is removed while it is read", async () => {
    const { knowledge, documents, ingest, find } = await openKnowledge();
    documents.put("/kb", "leave.md", "# Leave\n\nThirty days.");
    documents.put("/kb", "vpn.md", "# VPN\n\nA password each.");
    const removed: Promise<number>[] = [];
    documents.onRead = () => {
      if (removed.length === 0) removed.push(knowledge.remove({ collection: "handbook" }));
    };

    await ingest("/kb");

    expect(await removed[0]).toBe(2);
    expect(await find("leave password")).toEqual([]);
    expect(await knowledge.sources()).toEqual([]);
  });

  it("keeps what is done when it is stopped, and goes on the next time", async () => {
    const { documents, ingest, find } = await openKnowledge();
    for (const name of ["1.md", "2.md", "3.md"]) documents.put(HR, name, `leave rule ${name}`);
    const stop = new AbortController();
    documents.onRead = (source) => {
      if (source.endsWith("2.md")) stop.abort(new Error("stopped"));
    };

    await expect(ingest(HR, { signal: stop.signal })).rejects.toThrow("stopped");
    const kept = await find("leave");
    documents.onRead = () => {};
    const events = await ingest(HR);

    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(3);
    expect(events.at(-1)).toMatchObject({ type: "finished" });
    expect(await find("leave")).toHaveLength(3);
  });

  it("lets the next one in when its consumer walks away", async () => {
    const { documents, knowledge, ingest } = await openKnowledge();
    documents.put(HR, "1.md", "one");
    documents.put(HR, "2.md", "two");
    const request = { sources: [HR], collection: "c", visibility: "public" } as const;
    for await (const event of knowledge.ingest(request, { signal: new AbortController().signal })) {
      if (event.type === "document") break;
    }

    const events = await ingest(HR);

    expect(events.at(-1)).toMatchObject({ type: "finished" });
  });

  it("holds one copy of a document for each collection", async () => {
    const { documents, ingest, ask } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR, { collection: "one" });
    await ingest(HR, { collection: "two", visibility: "internal" });

    const guest = await ask("leave", { principal: person("guest") });
    const second = await ask("leave", { collections: ["two"] });

    expect(guest.passages.map(({ collection }) => collection)).toEqual(["one"]);
    expect(second.passages.map(({ collection }) => collection)).toEqual(["two"]);
  });

  it("stores text with a NUL in it whole", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put(HR, "odd.md", "before \u0000 after");

    await ingest(HR);

    expect(await find("after")).toEqual(["before  after"]);
  });
});

describe("sources and remove", () => {
  it("tells what each source holds", async () => {
    const { documents, ingest, knowledge } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    documents.put(HR, "urlaub.md", "年假三十天。");
    await ingest(HR, { visibility: "internal" });

    expect(await knowledge.sources()).toMatchObject([
      {
        collection: "handbook",
        root: HR,
        visibility: "internal",
        documents: 2,
        chunks: 2,
        languages: ["en", "zh"],
      },
    ]);
  });

  it("removes a source by its root, and says how many documents went", async () => {
    const { documents, ingest, knowledge, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    documents.put("/kb/it", "vpn.md", "Leave the VPN on.");
    await ingest(HR);
    await ingest("/kb/it");

    const removed = await knowledge.remove({ root: HR });

    expect(removed).toBe(1);
    expect(await find("leave")).toEqual(["Leave the VPN on."]);
    expect((await knowledge.sources()).map(({ root }) => root)).toEqual(["/kb/it"]);
  });

  it("removes a collection", async () => {
    const { documents, ingest, knowledge, find } = await openKnowledge();
    documents.put(HR, "leave.md", "Thirty days of leave.");
    await ingest(HR, { collection: "one" });
    await ingest(HR, { collection: "two" });

    expect(await knowledge.remove({ collection: "one" })).toBe(1);
    expect(await find("leave")).toHaveLength(1);
    expect(await knowledge.remove({ collection: "one" })).toBe(0);
  });
});
