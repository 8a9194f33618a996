import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { KeptConversations } from "../../../src/application/index.ts";
import { exportInBackground } from "../../../src/cli/conversation-commands.ts";
import { exportConversations, rememberedLines } from "../../../src/cli/conversation-records.ts";
import { conversationId, messageId } from "../../../src/core/index.ts";
import type { JobRecord } from "../../../src/ports/jobs.ts";
import type { LoggedMessage } from "../../../src/ports/message-log.ts";
import { jsonLines } from "../../support/cli.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";

const { signal } = new AbortController();
const turn = { role: "user", name: "Ana", text: "How many days?", at: 5, language: "en" };

/** Two conversations of a platform, whose messages lie elsewhere. */
const kept = {
  conversations: async () =>
    ["slack:1", "slack:2"].map((id) => ({
      instance: { kind: "dialogue", id },
      version: 1,
      updatedAt: 1,
      unread: 0,
      isLeased: false,
      timers: 0,
      deadLetters: 0,
    })),
  transcript: async () => [],
  readConversation: async (id: string) =>
    id.startsWith("slack:") ? JSON.stringify({ context: { turns: [turn] } }) : null,
};

function output() {
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr"): Writable =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[name] += String(chunk);
        done();
      },
    });
  return { written, io: { stdout: sink("stdout"), stderr: sink("stderr") } };
}

describe("exporting conversations", () => {
  it("prints all of them, one JSON object on each line", async () => {
    const { written, io } = output();

    const code = await exportConversations(kept, { id: null, limit: 10 }, io, signal);

    expect(code).toBe(0);
    expect(jsonLines(written.stdout)).toEqual([
      { id: "slack:1", messages: [], snapshot: { context: { turns: [turn] } } },
      { id: "slack:2", messages: [], snapshot: { context: { turns: [turn] } } },
    ]);
  });

  it("prints every message of a long one", async () => {
    const { written, io } = output();
    const all: readonly LoggedMessage[] = Array.from({ length: 2_001 }, (_, index) => ({
      id: messageId(`m${index + 1}`),
      seq: index + 1,
      conversationId: conversationId("console:long"),
      author: "user",
      name: "Ana",
      reply: null,
      text: String(index + 1),
      replyTo: null,
      at: index + 1,
    }));
    const transcript: KeptConversations["transcript"] = async ({ beforeSeq = Infinity, limit }) =>
      all.filter(({ seq }) => seq < beforeSeq).slice(-limit);
    const app: KeptConversations = { ...kept, transcript };

    await exportConversations(app, { id: "console:long", limit: 1 }, io, signal);

    const [record] = jsonLines(written.stdout);
    const shape = z.array(z.object({ text: z.coerce.number() }));
    const texts = shape.parse(record?.["messages"]).map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 2_001 }, (_, index) => index + 1));
  });

  it("says that one which was named is not there", async () => {
    const { written, io } = output();

    const code = await exportConversations(kept, { id: "none", limit: 10 }, io, signal);

    expect(code).toBe(1);
    expect(written.stdout).toBe("");
    expect(written.stderr).toContain("There is no conversation none");
  });
});

describe("exporting in the background", () => {
  const JOB: JobRecord = {
    id: "conversations.export/c3",
    kind: "conversations.export",
    state: "done",
    payload: null,
    attempts: 1,
    maxAttempts: 3,
    progress: null,
    result: { file: "/data/exports/a.jsonl", machine: "vm-1", conversations: 3, bytes: 9 },
    reason: null,
    createdAt: 1,
    updatedAt: 1,
  };
  const options = { id: null, limit: 10, background: true, file: "a.jsonl", json: false };

  it("leaves the job to the process that runs beside it", async () => {
    const { written, io } = output();
    const app = createFakeApplication({ mode: "attached", jobs: [{ ...JOB, state: "waiting" }] });

    expect(await exportInBackground(app, options, { ...fakePipes().io, ...io }, signal)).toBe(0);

    expect(app.jobActs).toEqual(["start export"]);
    expect(written.stdout).toContain("Begun as job conversations.export/c3");
  });

  it("waits for it where nobody else would do it", async () => {
    const { written, io } = output();
    const app = createFakeApplication({ mode: "owner", jobs: [JOB] });

    expect(await exportInBackground(app, options, { ...fakePipes().io, ...io }, signal)).toBe(0);

    expect(written.stdout).toContain("3 conversations in /data/exports/a.jsonl on vm-1");
  });
});

describe("what a dialogue remembers", () => {
  it("is shown as lines, and as none where the state cannot be read", () => {
    expect(rememberedLines({ context: { turns: [turn] } })).toEqual([
      { author: "user", name: "Ana", text: "How many days?", at: 5 },
    ]);
    expect(rememberedLines({ quarantine: [] })).toEqual([]);
  });
});
