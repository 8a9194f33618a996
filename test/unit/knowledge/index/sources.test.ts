import { describe, expect, it } from "vitest";
import type { ReadOutcome } from "../../../../knowledge/document.ts";
import {
  type IngestEvent,
  type IngestRequest,
  SOURCE_DEFAULTS,
} from "../../../../src/ports/knowledge-base.ts";
import { openKnowledge } from "../../../support/knowledge-fixture.ts";
import { createMemoryDocuments } from "../../../support/memory-documents.ts";

const SITE = "/kb/site";
const signal = new AbortController().signal;

type Ingest = (request: IngestRequest, call: { signal: AbortSignal }) => AsyncIterable<IngestEvent>;

async function run(
  knowledge: { readonly ingest: Ingest },
  settings?: IngestRequest["settings"],
): Promise<readonly string[]> {
  const request = { sources: [SITE], collection: "default", visibility: "public" } as const;
  const said = settings === undefined ? request : { ...request, settings };
  const statuses: string[] = [];
  for await (const event of knowledge.ingest(said, { signal })) {
    if (event.type === "document") statuses.push(event.outcome.status);
  }
  return statuses;
}

describe("a source", () => {
  it("keeps how it is looked after; what is not said again stays", async () => {
    const { knowledge, documents } = await openKnowledge();
    documents.put(SITE, "a.md", "Text of the page.");

    await run(knowledge);
    const [plain] = await knowledge.sources();
    await run(knowledge, { everyMinutes: 60, owner: "Ana", language: "zh", depth: 2 });
    await run(knowledge, { owner: null });
    await run(knowledge);
    const [kept] = await knowledge.sources();

    expect(plain?.settings).toEqual(SOURCE_DEFAULTS);
    expect(kept?.settings).toEqual({
      everyMinutes: 60,
      owner: null,
      language: "zh",
      depth: 2,
      maxPages: SOURCE_DEFAULTS.maxPages,
      clean: null,
      redact: null,
      watch: null,
      git: false,
    });
  });

  it("is listed as deep, and read in the language, that was said of it", async () => {
    const asked: unknown[] = [];
    const documents = createMemoryDocuments();
    const { list, read } = documents;
    documents.list = (root, call) => {
      asked.push(call.scope?.depth);
      return list(root, call);
    };
    documents.read = (ref, call) => {
      asked.push(call.language);
      return read(ref, call);
    };
    const { knowledge } = await openKnowledge({ documents });
    documents.put(SITE, "a.md", "Text of the page.");

    await run(knowledge, { depth: 3, language: "zh" });
    await run(knowledge);

    expect(asked).toEqual([3, "zh", 3, "zh"]);
  });

  it("is read anew when what is to be blacked out has changed, also after a run that was cut off", async () => {
    const documents = createMemoryDocuments();
    const asked: unknown[] = [];
    const { read } = documents;
    let isCutOff = false;
    documents.read = (ref, call) => {
      asked.push([call.cleaning?.redact, call.knownHash === null]);
      return isCutOff ? Promise.reject(new Error("cut off")) : read(ref, call);
    };
    const { knowledge } = await openKnowledge({ documents });
    documents.put(SITE, "a.md", "Text of the page.");

    await run(knowledge);
    isCutOff = true;
    await expect(run(knowledge, { redact: ["email"] })).rejects.toThrow("cut off");
    isCutOff = false;
    await run(knowledge);
    await run(knowledge);

    expect(asked).toEqual([
      [[], true],
      [["email"], true],
      [["email"], true],
      [["email"], false],
    ]);
  });

  it("is asked with the version of each page that is known", async () => {
    const documents = createMemoryDocuments();
    const asked: unknown[] = [];
    const { read } = documents;
    let version = "v1";
    documents.read = async (ref, call) => {
      asked.push(call.knownVersion);
      const outcome: ReadOutcome = await read(ref, call);
      return outcome.status === "read" || outcome.status === "unchanged"
        ? { ...outcome, version }
        : outcome;
    };
    const { knowledge } = await openKnowledge({ documents });
    documents.put(SITE, "a.md", "Text of the page.");

    await run(knowledge);
    version = "v2";
    const second = await run(knowledge);
    await run(knowledge);

    expect(second).toEqual(["unchanged"]);
    expect(asked).toEqual([null, "v1", "v2"]);
  });

  it("is not answered from where a page is gone for good; one that fails for now stays", async () => {
    const documents = createMemoryDocuments();
    const { read } = documents;
    const gone = new Set<string>();
    documents.read = (ref, call) =>
      gone.has(ref.source)
        ? Promise.resolve({ status: "failed", code: "source_not_found", reason: "is not there" })
        : read(ref, call);
    const { knowledge, find } = await openKnowledge({ documents });
    documents.put(SITE, "a.md", "Thirty days of leave.");
    documents.put(SITE, "b.md", "Trains are booked early.");
    await run(knowledge);
    gone.add(`${SITE}/a.md`);
    documents.spoil(SITE, "b.md", "failed");

    await run(knowledge);

    expect(await find("leave")).toEqual([]);
    expect(await find("trains")).toEqual(["Trains are booked early."]);
  });
});
