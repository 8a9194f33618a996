import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createKnowledgeJobs,
  createNotify,
  createNotifyingDesk,
  createQueuedIngest,
  createQueuedShelf,
  createShelfJob,
  createWebhookJob,
  ingestJob,
  JOB_KINDS,
  REBUILD_JOB,
  watchLetters,
} from "../../../src/application/jobs/index.ts";
import {
  caseId,
  conversationId,
  effectKey,
  FrontdeskError,
  NEW_CASE_FACTS,
} from "../../../src/core/index.ts";
import type { DeadLetter } from "../../../src/ports/application.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import type { DeskUpdate } from "../../../src/ports/desk.ts";
import type { JobHandler, JobWorker } from "../../../src/ports/jobs.ts";
import type { IngestEvent, KnowledgeBase } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import type { WebhookEvent } from "../../../src/ports/webhook.ts";
import { createSqliteJobs } from "../../../src/runtime/index.ts";
import { createMemoryShelf } from "../../support/memory-shelf.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const call = { signal: new AbortController().signal };
const REQUEST = {
  sources: ["https://docs.example/"],
  collection: "default",
  visibility: "internal",
} as const;
const SUMMARY = {
  added: 1,
  updated: 0,
  unchanged: 0,
  removed: 0,
  skipped: 0,
  failed: 1,
  chunks: 3,
  durationMs: 5,
};
const BROKEN = {
  status: "failed",
  source: "https://docs.example/b",
  code: "document_broken",
  reason: "It is damaged.",
} as const;
const EVENTS: readonly IngestEvent[] = [
  { type: "found", documents: 2 },
  {
    type: "document",
    outcome: {
      status: "added",
      source: "https://docs.example/a",
      title: "A",
      chunks: 3,
      warning: null,
    },
    done: 1,
  },
  { type: "document", outcome: BROKEN, done: 2 },
  { type: "embedded", chunks: 3, of: 3 },
  { type: "finished", summary: SUMMARY },
];

function base(events: readonly IngestEvent[]): Pick<KnowledgeBase, "ingest" | "rebuild"> {
  async function* play(): AsyncGenerator<IngestEvent> {
    yield* events;
  }
  return { ingest: play, rebuild: play };
}

async function opened(handlers: Readonly<Record<string, JobHandler>>): Promise<JobWorker> {
  const file = join(temporaryFolder(), "jobs.db");
  const kinds = JOB_KINDS.map((kind) => ({ ...kind, backoffMs: 1 }));
  const jobs = createSqliteJobs({ file, kinds, clock: systemClock, logger: silentLogger });
  onTestFinished(() => jobs.close());
  await jobs.work(handlers);
  return jobs;
}

async function eventsOf(ingest: AsyncIterable<IngestEvent>): Promise<readonly IngestEvent[]> {
  const events: IngestEvent[] = [];
  for await (const event of ingest) events.push(event);
  return events;
}

describe("an ingest in the background", () => {
  it("tells who waits for it what made trouble and the sum", async () => {
    const jobs = await opened(createKnowledgeJobs(base(EVENTS)));

    const events = await eventsOf(createQueuedIngest(jobs)(REQUEST, call));

    expect(events.filter(({ type }) => type !== "found")).toEqual([
      { type: "document", outcome: BROKEN, done: 1 },
      { type: "finished", summary: SUMMARY },
    ]);
  });

  it("is one job when it is asked for twice", async () => {
    const jobs = await opened({});

    const first = await jobs.enqueue(ingestJob(REQUEST));
    const second = await jobs.enqueue(ingestJob(REQUEST));
    const other = await jobs.enqueue(ingestJob({ ...REQUEST, collection: "other" }));

    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it("goes on when whoever waits for it goes away", async () => {
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const jobs = await opened({
      "knowledge.ingest": async () => {
        await held;
        return { summary: SUMMARY, troubles: [] };
      },
    });
    const leaving = new AbortController();
    const waiting = eventsOf(createQueuedIngest(jobs)(REQUEST, leaving));
    await eventually("it runs", async () => (await jobs.counts()).running === 1);

    leaving.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow();
    finish();

    await eventually("it is done", async () => (await jobs.counts()).done === 1);
  });

  it("fails for whoever waits with the error that it failed with", async () => {
    const jobs = await opened({
      "knowledge.ingest": async () => {
        throw new FrontdeskError("source_not_found", "There is nothing at that address.");
      },
    });

    await expect(eventsOf(createQueuedIngest(jobs)(REQUEST, call))).rejects.toMatchObject({
      code: "source_not_found",
      message: "There is nothing at that address.",
    });
  });

  it("tells whoever waits that it was dropped", async () => {
    const jobs = await opened({});
    const waiting = eventsOf(createQueuedIngest(jobs)(REQUEST, call));
    const [job] = await eventually("a job", async () => {
      const found = await jobs.list({ states: ["waiting"], limit: 1 });
      return found.length > 0 && found;
    });
    await jobs.resolve(job?.id ?? "", "drop");

    await expect(waiting).rejects.toMatchObject({ code: "job_not_found" });
  });
});

it("computes vectors anew in the background, once at a time", async () => {
  const jobs = await opened(createKnowledgeJobs(base(EVENTS)));

  const { id } = await jobs.enqueue(REBUILD_JOB);

  await eventually("it is done", async () => (await jobs.read(id))?.state === "done");
  expect((await jobs.read(id))?.result).toMatchObject({ summary: SUMMARY });
});

describe("a document that is put by way of the queue", () => {
  const where = { collection: "chat", name: "note.md" };
  const note = { ...where, bytes: Buffer.from("门禁"), visibility: "group:hr" } as const;

  it("lies where the jobs are done, and whoever waits is told", async () => {
    const shelf = createMemoryShelf();
    const queued = createQueuedShelf(await opened({ "knowledge.shelf": createShelfJob(shelf) }));

    const kept = await queued.put(note, call);
    const texts = shelf.texts();
    const taken = [await queued.take(where, call), await queued.take(where, call)];

    expect(kept).toMatchObject({ status: "added", chunks: 1 });
    expect(texts).toEqual({ "chat/note.md": { text: "门禁", visibility: "group:hr" } });
    expect(taken).toEqual([true, false]);
  });

  it("tells why it was refused", async () => {
    const refused = new FrontdeskError("source_empty", "There is nothing to index.");
    const shelf = { put: () => Promise.reject(refused), take: () => Promise.resolve(false) };
    const jobs = await opened({ "knowledge.shelf": createShelfJob(shelf) });

    await expect(createQueuedShelf(jobs).put(note, call)).rejects.toMatchObject({
      code: "source_empty",
      message: "There is nothing to index.",
    });
  });
});

const RECORD = {
  id: caseId("c-1"),
  state: "waiting",
  openedAt: 7,
  agent: null,
  facts: NEW_CASE_FACTS,
  entries: [],
  packet: {
    conversationId: conversationId("slack:1"),
    customer: "Ana",
    platform: "slack",
    language: "en",
    reason: "anger",
    question: "my salary",
    summary: "private words",
    transcript: [],
    confidence: null,
    tried: [],
    suggestedAnswer: null,
  },
} satisfies Extract<DeskUpdate, { type: "opened" }>["record"];

describe("other programs", () => {
  it("are told of cases once each, without a word of what was said", async () => {
    const sent: WebhookEvent[] = [];
    const published: DeskUpdate[] = [];
    const jobs = await opened({
      "webhook.deliver": createWebhookJob({
        send: async (event) => void sent.push(event),
        close: async () => {},
      }),
    });
    const notify = createNotify(jobs, new Set(["case.opened", "case.resolved"]));
    const desk = createNotifyingDesk(
      { publish: async (update) => void published.push(update) },
      notify,
    );
    const at = (key: string) => ({ key: effectKey(key), signal: call.signal });

    await desk.publish({ type: "opened", record: RECORD }, at("k1"));
    await desk.publish({ type: "opened", record: RECORD }, at("k1"));
    const claimed = {
      type: "state",
      caseId: RECORD.id,
      state: "claimed",
      agent: "Bo",
      at: 8,
    } as const;
    await desk.publish(claimed, at("k2"));
    await desk.publish({ ...claimed, state: "resolved", at: 9 }, at("k3"));
    // It is rated, and stays what it was.
    await desk.publish({ ...claimed, state: "resolved", isQuiet: true, at: 10 }, at("k4"));

    await eventually("both are sent", async () => (await jobs.counts()).done === 2);
    expect(sent.map(({ type, id }) => [type, id])).toEqual([
      ["case.opened", "k1"],
      ["case.resolved", "k3"],
    ]);
    expect(JSON.stringify(sent)).not.toMatch(/salary|private words/u);
    expect(published).toHaveLength(5);
  });

  it("are not told what they do not want to know", async () => {
    const jobs = await opened({});

    await createNotify(
      jobs,
      new Set(["delivery.failed"]),
    )({
      id: "1",
      type: "case.opened",
      at: 1,
      content: {},
    });

    expect(await jobs.counts()).toMatchObject({ waiting: 0 });
  });

  it("are told again when they could not be reached", async () => {
    let tries = 0;
    const jobs = await opened({
      "webhook.deliver": createWebhookJob({
        send: async () => {
          tries += 1;
          if (tries < 3) throw new FrontdeskError("webhook_failed", "away", { retryable: true });
        },
        close: async () => {},
      }),
    });

    await createNotify(
      jobs,
      new Set(["case.opened"]),
    )({
      id: "1",
      type: "case.opened",
      at: 1,
      content: {},
    });

    await eventually("it is sent", async () => (await jobs.counts()).done === 1);
    expect(tries).toBe(3);
  });

  it("are told of new dead letters, of each once however often they are looked for", async () => {
    const now = systemClock.now();
    const letter = (key: string, at: number): DeadLetter => ({
      instance: { kind: "dialogue", id: "slack:1" },
      key,
      type: "reply.post",
      reason: "delivery_rejected: the channel is gone",
      at,
    });
    const letters = [letter("new", now), letter("old", now - 24 * 3_600_000)];
    const jobs = await opened({});
    let looked = 0;
    const watching = watchLetters({
      letters: {
        list: async () => {
          looked += 1;
          return letters;
        },
      },
      notify: createNotify(jobs, new Set(["delivery.failed"])),
      clock: systemClock,
      logger: silentLogger,
      everyMs: 5,
    });
    onTestFinished(() => watching.close());
    await eventually("it looks several times", () => looked > 3);
    await watching.close();

    const told = await jobs.list({ states: ["waiting"], limit: 10 });
    expect(told.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ type: "delivery.failed", id: `new@${now}` }),
    ]);
  });
});
