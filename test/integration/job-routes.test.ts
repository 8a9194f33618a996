import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { JobRecord } from "../../src/ports/jobs.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createMetrics, type Listening, listenOnPort } from "../../src/server/index.ts";
import { createFakeApplication, type FakeApplication } from "../support/fake-application.ts";

const KEY = "a-long-random-word";
const FAILED: JobRecord = {
  id: "webhook.deliver/a1",
  kind: "webhook.deliver",
  state: "failed",
  payload: { id: "1" },
  attempts: 10,
  maxAttempts: 10,
  progress: null,
  result: null,
  reason: "webhook_failed: hooks.example answers a webhook with 500.",
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_000,
};
const WAITING: JobRecord = { ...FAILED, id: "knowledge.ingest/b2", state: "waiting", reason: null };

const INGEST = { sources: ["https://docs.example/"], collection: "hr", visibility: "group:hr" };

const jobsSchema = z.object({ jobs: z.array(z.object({ id: z.string() })) });
const jobSchema = z.object({ job: z.object({ id: z.string() }) });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

let http: Listening;
let app: FakeApplication;

async function listen(jobs: readonly JobRecord[] = [WAITING, FAILED]): Promise<void> {
  app = createFakeApplication({ jobs });
  http = await listenOnPort(app, {
    host: "127.0.0.1",
    port: 0,
    logger: silentLogger,
    metrics: createMetrics(),
    apiKey: KEY,
  });
}

async function get(path: string, key = KEY): Promise<Response> {
  return fetch(`${http.address}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
}

async function post(path: string, body: unknown, key = KEY): Promise<Response> {
  return fetch(`${http.address}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function codeOf(response: Response): Promise<string> {
  return errorSchema.parse(await response.json()).error.code;
}

afterEach(async () => {
  await http.close();
});

test.each([
  ["/jobs/retry", { id: FAILED.id }],
  ["/jobs/drop", { id: FAILED.id }],
  ["/ingest", INGEST],
  ["/conversations/export", {}],
  ["/rebuild", {}],
])("POST %s does nothing without the key", async (path, body) => {
  await listen();

  const answer = await post(path, body, "another-word");

  expect(answer.status).toBe(401);
  expect(await codeOf(answer)).toBe("unauthorized");
  expect(app.jobActs).toEqual([]);
});

describe("GET /jobs", () => {
  test("needs the key", async () => {
    await listen();

    expect((await get("/jobs", "another-word")).status).toBe(401);
  });

  test("lists jobs, those of one state only, and so many", async () => {
    await listen();
    const ids = async (path: string): Promise<readonly string[]> => {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      return jobsSchema.parse(await answer.json()).jobs.map(({ id }) => id);
    };

    expect(await ids("/jobs")).toEqual([WAITING.id, FAILED.id]);
    expect(await ids("/jobs?state=failed")).toEqual([FAILED.id]);
    expect(await ids("/jobs?limit=1")).toEqual([WAITING.id]);
  });

  test.each(["/jobs?state=lost", "/jobs?limit=0", "/jobs?limit=many"])(
    "refuses %s",
    async (path) => {
      await listen();

      const answer = await get(path);

      expect(answer.status).toBe(400);
      expect(await codeOf(answer)).toBe("usage");
    },
  );
});

describe("POST /jobs/retry and /jobs/drop", () => {
  test("act on the job, and say when there is none", async () => {
    await listen();

    const retried = await post("/jobs/retry", { id: FAILED.id });
    const dropped = await post("/jobs/drop", { id: WAITING.id });
    const notFailed = await post("/jobs/retry", { id: WAITING.id });
    const none = await post("/jobs/drop", { id: "knowledge.ingest/none" });

    expect([retried.status, await retried.json()]).toEqual([
      202,
      { accepted: "retry", id: FAILED.id },
    ]);
    expect(dropped.status).toBe(202);
    for (const answer of [notFailed, none]) {
      expect(answer.status).toBe(404);
      expect(await codeOf(answer)).toBe("job_not_found");
    }
    expect(app.jobActs).toEqual([`retry ${FAILED.id}`, `drop ${WAITING.id}`]);
  });

  test.each([[{}], [{ id: "" }], [{ id: 7 }], [{ id: "a", all: true }], ["a"]])(
    "refuse %j",
    async (body) => {
      await listen();

      const answer = await post("/jobs/drop", body);

      expect(answer.status).toBe(400);
      expect(await codeOf(answer)).toBe("usage");
      expect(app.jobActs).toEqual([]);
    },
  );
});

describe("what begins a job", () => {
  test.each([
    ["/ingest", INGEST, "start ingest"],
    ["/conversations/export", {}, "start export"],
    ["/conversations/export", { conversation: "slack:T1:C1:1.2" }, "start export"],
    ["/rebuild", {}, "start rebuild"],
  ])("POST %s %j answers with the job, which is durable then", async (path, body, act) => {
    await listen();

    const answer = await post(path, body);

    expect(answer.status).toBe(202);
    expect(jobSchema.parse(await answer.json()).job.id).toBe(WAITING.id);
    expect(app.jobActs).toEqual([act]);
  });

  test.each([
    ["/ingest", {}],
    ["/ingest", { ...INGEST, sources: [] }],
    // Only whoever has an account on the machine names its files.
    ["/ingest", { ...INGEST, sources: ["/etc/passwd"] }],
    ["/ingest", { ...INGEST, sources: ["file:///etc/passwd"] }],
    ["/ingest", { ...INGEST, visibility: "everybody" }],
    // Who may read it is not left to chance.
    ["/ingest", { sources: INGEST.sources, collection: INGEST.collection }],
    ["/conversations/export", { file: "/etc/cron.d/x" }],
    ["/conversations/export", { conversation: "" }],
    ["/conversations/export", { limit: 0 }],
  ])("POST %s %j is refused, and nothing begins", async (path, body) => {
    await listen();

    const answer = await post(path, body);

    expect(answer.status).toBe(400);
    expect(await codeOf(answer)).toBe("usage");
    expect(app.jobActs).toEqual([]);
  });
});
