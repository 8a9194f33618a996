import { expect, it, onTestFinished, vi } from "vitest";
import { watchSources } from "../../../src/application/jobs/index.ts";
import type { FolderWatch } from "../../../src/ports/folder-watch.ts";
import type { JobRecord, JobRequest } from "../../../src/ports/jobs.ts";
import { SOURCE_DEFAULTS, type SourceSummary } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

function source(root: string, watch: boolean | null): SourceSummary {
  return {
    collection: "default",
    root,
    visibility: "internal",
    documents: 1,
    chunks: 1,
    languages: ["en"],
    updatedAt: 0,
    settings: { ...SOURCE_DEFAULTS, watch },
  };
}

function record(request: JobRequest, state: JobRecord["state"]): JobRecord {
  const { kind, payload } = request;
  return {
    ...{ id: "1", kind, state, payload, attempts: 1, maxAttempts: 5, progress: null, result: null },
    ...{ reason: null, createdAt: 0, updatedAt: 0 },
  };
}

/** Watching over sources and folders that the test moves. */
function watching(sources: SourceSummary[], isUsual = false) {
  const asked: string[] = [];
  const closed: string[] = [];
  const listeners = new Map<string, Parameters<FolderWatch["watch"]>[1]>();
  const state: { job: JobRecord["state"] } = { job: "waiting" };
  vi.useFakeTimers();
  const watch = watchSources({
    isUsual,
    logger: silentLogger,
    everyMs: 100,
    quietMs: 20,
    knowledge: { sources: () => Promise.resolve(sources) },
    jobs: {
      enqueue: (request) => {
        asked.push(JSON.stringify(request.payload));
        return Promise.resolve(record(request, state.job));
      },
    },
    folders: {
      watch: (path, told) => {
        listeners.set(path, told);
        return Promise.resolve({ close: () => Promise.resolve(void closed.push(path)) });
      },
    },
  });
  onTestFinished(async () => {
    await watch.close();
    vi.useRealTimers();
  });
  return { asked, closed, listeners, state, sources };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it("reads a watched folder once when it begins, and once for changes that come together", async () => {
  const { asked, listeners } = watching([source("/a", true), source("/b", null)]);
  await pass(130);
  const first = asked.length;

  for (let change = 0; change < 5; change += 1) {
    listeners.get("/a")?.onChange();
    await pass(10);
  }
  await pass(20);

  expect([first, asked.length]).toEqual([1, 2]);
  expect(asked[1]).toBe('{"sources":["/a"],"collection":"default","visibility":"internal"}');
  expect([...listeners.keys()]).toEqual(["/a"]);
});

it("does not wait for ever where something happens all the time", async () => {
  const { asked, listeners } = watching([source("/a", true)]);
  await pass(130);

  for (let change = 0; change < 3_500; change += 1) {
    listeners.get("/a")?.onChange();
    await pass(10);
  }

  expect(asked).toHaveLength(2);
});

it("asks once more when a change comes while the folder is being read", async () => {
  const { asked, listeners, state } = watching([source("/a", true)]);
  await pass(130);
  state.job = "running";
  listeners.get("/a")?.onChange();
  await pass(25);
  state.job = "waiting";
  await pass(100);

  expect(asked).toHaveLength(3);
});

it("watches as configured what says nothing, and never a web site", async () => {
  const { listeners } = watching(
    [source("/a", null), source("/b", false), source("https://example.com", true)],
    true,
  );
  await pass(130);

  expect([...listeners.keys()]).toEqual(["/a"]);
});

it("ends with the source, and begins again where a folder was gone", async () => {
  const { asked, closed, listeners, sources } = watching([source("/a", true), source("/b", true)]);
  await pass(130);
  listeners.get("/a")?.onEnd(null);
  sources.pop();
  await pass(130);

  expect(closed).toEqual(["/a", "/b"]);
  expect(asked).toHaveLength(3);
});

it("leaves alone what the system refuses to watch", async () => {
  const { closed, listeners, asked } = watching([source("/a", true)]);
  await pass(130);
  listeners.get("/a")?.onEnd(new Error("too many folders"));
  await pass(500);

  expect(closed).toEqual(["/a"]);
  expect(asked).toHaveLength(1);
});
