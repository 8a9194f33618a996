import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { request } from "undici";
import { expect, it, onTestFinished, vi } from "vitest";
import { createRemoteKnowledge, type Knowledge } from "../../knowledge/index.ts";
import { FrontdeskError } from "../../src/core/index.ts";
import type { IngestEvent } from "../../src/ports/knowledge-base.ts";
import { askingOf, openKnowledge, person } from "../support/knowledge-fixture.ts";
import { KNOWLEDGE_KEY, serveKnowledge } from "../support/knowledge-server.ts";
import { createMemoryShelf } from "../support/memory-shelf.ts";
import { eventually } from "../support/runtime-eventually.ts";

const QUESTION = {
  query: "leave",
  language: "en",
  principal: person(),
  audience: { kind: "private" },
  collections: null,
  top: 5,
} as const;
const call = { signal: new AbortController().signal };

function connect(url: string, more: { deadlineMs?: number; firstByteMs?: number } = {}): Knowledge {
  const knowledge = createRemoteKnowledge({ url, apiKey: KNOWLEDGE_KEY, ...more });
  onTestFinished(() => knowledge.close());
  return knowledge;
}

/** An HTTP server of our own, gone after the test. */
async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

async function eventsOf(ingest: AsyncIterable<IngestEvent>): Promise<readonly IngestEvent[]> {
  const events: IngestEvent[] = [];
  for await (const event of ingest) events.push(event);
  return events;
}

async function post(url: string, path: string, body: string, key: string | null) {
  const response = await request(`${url}/api/v1/knowledge/${path}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
  });
  return { status: response.statusCode, body: await response.body.text() };
}

it("tells how the knowledge base is and what it holds, and removes", async () => {
  const { knowledge, documents, ingest } = await openKnowledge();
  documents.put("/kb", "leave.md", "# Leave\n\nThirty days.", "Handbook");
  await ingest("/kb", { visibility: "group:hr" });
  const remote = connect((await serveKnowledge(knowledge)).url);

  expect(await remote.status()).toEqual(await knowledge.status());
  expect(await remote.sources()).toEqual(await knowledge.sources());
  expect(await remote.remove({ collection: "handbook" })).toBe(1);
  expect(await remote.sources()).toEqual([]);
});

it("hides and boosts documents, with who said so, as far as the editor may read them", async () => {
  const { knowledge, documents, ingest, find } = await openKnowledge();
  documents.put("/kb", "leave.md", "Thirty days of leave.", "Leave");
  await ingest("/kb", { visibility: "group:hr" });
  const remote = connect((await serveKnowledge(knowledge)).url);
  const hide = { document: "Leave", standing: "hidden", by: "slack:U1" } as const;
  const hr = { principal: person("viewer", ["hr"]) };

  const refused = await remote.standings
    ?.judge({ ...hide, reader: person("editor") })
    .catch(String);
  const before = await find("leave", hr);
  await remote.standings?.judge({ ...hide, reader: person("editor", ["hr"]) });

  expect(refused).toContain("There is no document “Leave”");
  expect(before).toHaveLength(1);
  expect(await find("leave", hr)).toEqual([]);
  expect(await remote.standings?.judged(null)).toMatchObject([
    { title: "Leave", standing: "hidden", by: "slack:U1" },
  ]);
  expect(await remote.standings?.judged(person())).toEqual([]);
});

it("tells the topics of what a person may read, of nothing else", async () => {
  const { knowledge, documents, ingest } = await openKnowledge();
  for (const [name, text] of [
    ["a.md", "Ask Jane Miller about the tunnel, then sign in to the tunnel client."],
    ["b.md", "The tunnel client was written by Jane Miller; restart the tunnel."],
  ] as const) {
    documents.put("/vpn", name, text, name);
  }
  documents.put("/pay", "pay.md", "Salaries of directors, error E1042.", "Pay");
  await ingest("/vpn");
  await ingest("/pay", { collection: "pay", visibility: "group:hr" });
  const remote = connect((await serveKnowledge(knowledge)).url);
  const all = { principal: person("viewer", ["hr"]), collections: null };
  const some = { principal: person(), collections: null };

  const forHr = await remote.topics?.(all, call);
  const forOthers = await remote.topics?.(some, call);

  expect(forHr).toEqual(await knowledge.topics?.(all, call));
  expect(forHr?.entities.map(({ name }) => name)).toEqual(["Jane Miller", "e1042"]);
  expect(forOthers).toEqual(await knowledge.topics?.(some, call));
  expect(forOthers).toMatchObject({ passages: 2, entities: [{ name: "Jane Miller" }] });
});

it("refuses whoever has no key, and says what to do, without a word of the documents", async () => {
  const { knowledge } = await openKnowledge();
  const { url } = await serveKnowledge(knowledge);

  const without = await post(url, "retrieve", JSON.stringify(QUESTION), null);
  const wrong = await post(url, "retrieve", JSON.stringify(QUESTION), "guessed");

  expect([without.status, wrong.status]).toEqual([401, 401]);
  expect(without.body).toContain("FRONTDESK_KNOWLEDGE_API_KEY");
  const stranger = createRemoteKnowledge({ url, apiKey: "guessed" });
  onTestFinished(() => stranger.close());
  const refusal: unknown = await stranger.retrieve(QUESTION, call).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "knowledge_unavailable" });
  expect(String(refusal)).toContain("refuses the key");
});

it.each([
  ["no principal", { ...QUESTION, principal: undefined }],
  ["a role that does not exist", { ...QUESTION, principal: { ...person(), role: "root" } }],
  ["an audience of everything", { ...QUESTION, audience: { kind: "all" } }],
  ["too many passages", { ...QUESTION, top: 1000 }],
  ["an unknown key", { ...QUESTION, access: "none" }],
])("refuses a question with %s", async (_name, body) => {
  const { knowledge } = await openKnowledge();
  const retrieve = vi.spyOn(knowledge, "retrieve");
  const { url } = await serveKnowledge(knowledge);

  const answer = await post(url, "retrieve", JSON.stringify(body), KNOWLEDGE_KEY);

  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "usage" } });
  expect(retrieve).not.toHaveBeenCalled();
});

it("refuses a body that is too large", async () => {
  const { knowledge } = await openKnowledge();
  const { url } = await serveKnowledge(knowledge);

  const answer = await post(url, "retrieve", `"${"a".repeat(1024 * 1024)}"`, KNOWLEDGE_KEY);

  expect(answer.status).toBe(413);
  expect(answer.body).not.toContain("aaaa");
});

it("reads no files of its machine for others", async () => {
  const { knowledge } = await openKnowledge();
  const { url } = await serveKnowledge(knowledge);
  const body = { sources: ["/etc/passwd"], collection: "default", visibility: "public" };

  const answer = await post(url, "ingest", JSON.stringify(body), KNOWLEDGE_KEY);
  const asked = eventsOf(connect(url).ingest({ ...body, visibility: "public" }, call));

  expect(answer.status).toBe(400);
  await expect(asked).rejects.toMatchObject({ code: "unsupported" });
  expect(await knowledge.sources()).toEqual([]);
});

it("adds a web address and tells how it goes", async () => {
  const { knowledge, documents } = await openKnowledge();
  const root = "https://docs.example/leave";
  documents.put(root, root, "# Leave\n\nThirty days.", "Leave");
  const remote = connect((await serveKnowledge(knowledge)).url);

  const wanted = { sources: [root], collection: "web", visibility: "internal" } as const;
  const events = await eventsOf(remote.ingest(wanted, call));

  expect(events.map(({ type }) => type)).toEqual(["found", "document", "finished"]);
  expect((await askingOf(remote).find("days of leave"))[0]).toContain("Thirty days");
});

it("passes on why nothing could be added", async () => {
  const { knowledge } = await openKnowledge();
  const remote = connect((await serveKnowledge(knowledge)).url);

  const asked = eventsOf(
    remote.ingest(
      { sources: ["https://gone.example/"], collection: "web", visibility: "internal" },
      call,
    ),
  );

  await expect(asked).rejects.toMatchObject({ code: "source_not_found", retryable: false });
});

it("turns away who asks too often, and lets him come again", async () => {
  const { knowledge } = await openKnowledge();
  const { url } = await serveKnowledge(knowledge, { requestsPerSecond: 2 });
  const body = JSON.stringify(QUESTION);

  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    statuses.push((await post(url, "retrieve", body, KNOWLEDGE_KEY)).status);
  }

  expect(statuses).toEqual([200, 200, 429]);
  await eventually("the next second", async () => {
    return (await post(url, "retrieve", body, KNOWLEDGE_KEY)).status === 200;
  });
});

it("asks again when the server hangs up before it answers, and only then", async () => {
  let calls = 0;
  const { knowledge } = await openKnowledge();
  const answer = JSON.stringify(await knowledge.retrieve(QUESTION, call));
  const url = await listen(
    createServer((incoming, response) => {
      calls += 1;
      if (calls === 1) incoming.socket.destroy();
      else if (calls === 2) response.end(answer);
      else {
        response.writeHead(200).write(answer.slice(0, 10));
        setImmediate(() => incoming.socket.destroy());
      }
    }),
  );
  const remote = connect(url);

  expect((await remote.retrieve(QUESTION, call)).passages).toEqual([]);
  expect(calls).toBe(2);
  await expect(remote.retrieve(QUESTION, call)).rejects.toMatchObject({
    code: "knowledge_unavailable",
    retryable: true,
  });
  expect(calls).toBe(3);
});

it("gives up a server that accepts and says nothing", async () => {
  const url = await listen(createServer(() => {}));
  const remote = connect(url, { deadlineMs: 300, firstByteMs: 100 });

  const startedAt = performance.now();
  await expect(remote.retrieve(QUESTION, call)).rejects.toMatchObject({
    code: "knowledge_unavailable",
  });

  expect(performance.now() - startedAt).toBeLessThan(2_500);
});

it("rejects with the caller's reason when he leaves", async () => {
  const url = await listen(createServer(() => {}));
  const controller = new AbortController();
  const asked = connect(url).retrieve(QUESTION, controller);
  controller.abort(new Error("enough"));

  await expect(asked).rejects.toThrow("enough");
});

it("is spared while it is away, and used again when it is back", async () => {
  const { knowledge } = await openKnowledge();
  const first = await serveKnowledge(knowledge);
  const remote = connect(first.url);
  await remote.status();
  await first.close();
  for (let n = 0; n < 3; n += 1) await remote.status().catch(() => {});

  const startedAt = performance.now();
  await expect(remote.retrieve(QUESTION, call)).rejects.toBeInstanceOf(FrontdeskError);
  expect(performance.now() - startedAt).toBeLessThan(40);

  await serveKnowledge(knowledge, { port: first.port });
  const answered = await eventually("an answer", () => remote.status().catch(() => null));
  expect(answered.documents).toBe(0);
});

it("keeps and takes out what bots hand over, under its visibility", async () => {
  const { knowledge } = await openKnowledge();
  const shelf = createMemoryShelf();
  const { url } = await serveKnowledge(knowledge, { shelf });
  const remote = createRemoteKnowledge({ url, apiKey: KNOWLEDGE_KEY });
  onTestFinished(() => remote.close());
  const where = { collection: "chat", name: "note.md" };
  const document = { ...where, bytes: Buffer.from("# 门禁\n\n密码在保险箱里。") };

  const kept = await remote.shelf.put({ ...document, visibility: "group:hr" }, call);
  const there = shelf.texts();
  const taken = [await remote.shelf.take(where, call), await remote.shelf.take(where, call)];

  expect(kept).toMatchObject({ status: "added", chunks: 1 });
  expect(there).toEqual({
    "chat/note.md": { text: "# 门禁\n\n密码在保险箱里。", visibility: "group:hr" },
  });
  expect(taken).toEqual([true, false]);
});
