import { expect, it } from "vitest";
import { followJob, listJobs, resolveJob } from "../../../src/cli/job-commands.ts";
import type { JobRecord } from "../../../src/ports/jobs.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";

const signal = new AbortController().signal;
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
const RUNNING: JobRecord = {
  ...FAILED,
  id: "knowledge.ingest/b2",
  kind: "knowledge.ingest",
  state: "running",
  attempts: 1,
  maxAttempts: 5,
  progress: { done: 3, of: 12, note: "reading documents" },
  reason: null,
};

it("lists jobs with why they failed and how far they are", async () => {
  const { io, stdout } = fakePipes();
  const app = createFakeApplication({ jobs: [RUNNING, FAILED] });

  const options = { states: ["running", "failed"], limit: 10, json: false } as const;
  expect(await listJobs(app, options, io, signal)).toBe(0);

  expect(stdout()).toContain("running  attempt 1 of 5  reading documents 3/12");
  expect(stdout()).toContain("webhook.deliver/a1\n  webhook_failed: hooks.example answers");
});

it("tells of a done export where its file lies", async () => {
  const { io, stdout } = fakePipes();
  const result = { file: "/data/exports/a.jsonl", machine: "vm-1", conversations: 3, bytes: 9 };
  const done: JobRecord = {
    ...RUNNING,
    id: "conversations.export/c3",
    kind: "conversations.export",
    state: "done",
    progress: null,
    result,
  };
  const app = createFakeApplication({ jobs: [done] });

  await listJobs(app, { states: ["done"], limit: 10, json: false }, io, signal);

  expect(stdout()).toContain("3 conversations in /data/exports/a.jsonl on vm-1");
});

it("retries and drops by id, and says when there is none", async () => {
  const { io, stderr } = fakePipes();
  const app = createFakeApplication({ jobs: [RUNNING, FAILED] });

  expect(await resolveJob(app, "retry", FAILED.id, io, signal)).toBe(0);
  expect(await resolveJob(app, "retry", RUNNING.id, io, signal)).toBe(1);
  expect(await resolveJob(app, "drop", "nothing", io, signal)).toBe(1);

  expect(app.jobActs).toEqual(["retry webhook.deliver/a1"]);
  expect(stderr()).toContain("There is no failed job knowledge.ingest/b2");
});

it("ends with 1 when the job that it follows fails or is dropped", async () => {
  const { io, stderr } = fakePipes();
  const options = { title: "Computing vectors anew", json: false };

  const failing = createFakeApplication({ jobs: [FAILED] });
  expect(await followJob(failing, { ...FAILED, state: "waiting" }, options, io, signal)).toBe(1);
  const gone = createFakeApplication();
  expect(await followJob(gone, RUNNING, options, io, signal)).toBe(1);

  expect(stderr()).toContain("webhook_failed");
  expect(stderr()).toContain("the job was dropped");
});
