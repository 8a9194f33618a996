import { existsSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createKnowledge, type Knowledge } from "../../knowledge/index.ts";
import { createDocumentReader } from "../../knowledge/ingest/index.ts";
import { knowledgeSettings, STARTER_FUSION } from "../../knowledge/settings.ts";
import { createDocumentShelf } from "../../src/application/index.ts";
import { composeRest } from "../../src/compose-rest.ts";
import { loadConfig } from "../../src/config.ts";
import type { Role } from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { createMetrics, type Listening, listenOnPort } from "../../src/server/index.ts";
import { freshFolder } from "../support/cli.ts";
import { createFakeApplication } from "../support/fake-application.ts";

const KEY = "the-key-of-the-operator";
const SECRET = "a-word-of-thirty-two-characters-at-least";
const dataDir = freshFolder();
const reader = createDocumentReader({});
let knowledge: Knowledge;
let http: Listening;

async function listen(env: Readonly<Record<string, string>>): Promise<Listening> {
  const config = loadConfig({
    file: null,
    env: { FRONTDESK_DATA_DIR: dataDir, ...env },
    workingDirectory: dataDir,
  });
  const stores = { budget: createMemoryBudget() };
  const shelf = createDocumentShelf({ folder: join(dataDir, "documents"), knowledge });
  return listenOnPort(createFakeApplication(), {
    host: "127.0.0.1",
    port: 0,
    apiKey: KEY,
    logger: silentLogger,
    metrics: createMetrics(),
    rest: composeRest({ config, role: "all", knowledge, shelf, stores }),
  });
}

beforeAll(async () => {
  knowledge = await createKnowledge({
    dataDir,
    reader,
    embedder: null,
    reranker: null,
    chroma: { mode: "off" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: systemClock,
  });
  http = await listen({ FRONTDESK_HTTP_API_KEY: KEY, FRONTDESK_HTTP_JWT_SECRET: SECRET });
});
afterAll(async () => {
  await http.close();
  await knowledge.close();
  await reader.close();
});

interface Asked {
  readonly as?: string | null;
  readonly body?: string | object;
  readonly at?: Listening;
}

async function ask(method: string, path: string, { as = KEY, body, at = http }: Asked = {}) {
  const isText = typeof body === "string";
  const response = await fetch(`${at.address}/api/v1${path}`, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined
        ? {}
        : { "content-type": isText ? "text/markdown" : "application/json" }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer, headers: response.headers };
}

function tokenOf(
  user: string,
  role: Role,
  groups: readonly string[] = [],
  { expires = "1h", secret = SECRET } = {},
): Promise<string> {
  return new SignJWT({ role, groups })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

const listed = z.object({
  documents: z.array(z.object({ id: z.string(), title: z.string(), visibility: z.string() })),
  next: z.string().nullable(),
});

async function titles(as: string, query = ""): Promise<readonly string[]> {
  const { answer } = await ask("GET", `/documents${query}`, { as });
  return listed
    .parse(answer)
    .documents.map(({ title }) => title)
    .toSorted();
}

describe("the document API", () => {
  it("describes itself in OpenAPI 3.1, to everybody", async () => {
    const { status, answer } = await ask("GET", "/openapi.json", { as: null });
    const description = z.looseObject({ paths: z.record(z.string(), z.object({})) }).parse(answer);

    const { valid, errors } = await new Validator().validate({ ...description });

    expect({ status, valid, errors }).toEqual({ status: 200, valid: true, errors: undefined });
    expect(Object.keys(description.paths)).toContain("/api/v1/documents/{collection}/{name}");
  });

  it("takes a document, finds it, gives it back, replaces it and removes it", async () => {
    const put = (text: string) =>
      ask("PUT", "/documents/hand/leave.md?visibility=public", { body: text });

    const added = await put("# Annual leave\n\nEverybody has 26 days of annual leave.");
    const found = await ask("POST", "/search", { body: { query: "days of annual leave" } });
    const updated = await put("# Annual leave\n\nEverybody has 27 days of annual leave.");
    const list = listed.parse((await ask("GET", "/documents?collection=hand")).answer);
    const id = list.documents[0]?.id ?? "";
    const read = await ask("GET", `/documents/${id}`);
    const removed = await ask("DELETE", `/documents/${id}`);

    expect(added).toMatchObject({ status: 200, answer: { status: "added", passages: 1 } });
    expect(found.answer).toMatchObject({
      passages: [{ title: "Annual leave", collection: "hand" }],
      degraded: [],
    });
    expect(JSON.stringify(found.answer)).toContain("26 days");
    expect(updated.answer).toMatchObject({ status: "updated" });
    expect(list.documents).toHaveLength(1);
    expect(JSON.stringify(read.answer)).toContain("27 days");
    expect(JSON.stringify(read.answer)).not.toContain(dataDir.concat("/knowledge"));
    expect(removed.answer).toEqual({ removed: 1 });
    expect(await ask("GET", `/documents/${id}`)).toMatchObject({ status: 404 });
    expect(existsSync(join(dataDir, "documents", "hand", "leave.md"))).toBe(false);
  });

  it("keeps what was there when the new text cannot be read", async () => {
    await ask("PUT", "/documents/hand/vpn.md", { body: "# VPN\n\nReset the VPN in the portal." });

    const spoilt = await ask("PUT", "/documents/hand/vpn.md", {
      body: "%PDF-1.7 and nothing behind",
    });
    const found = await ask("POST", "/search", { body: { query: "reset vpn" } });

    expect(spoilt.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(spoilt.answer)).not.toContain(dataDir);
    expect(JSON.stringify(found.answer)).toContain("in the portal");
  });

  it("shows people what they may read, and lets editors write where they read", async () => {
    const put = (name: string, visibility: string, as: string) =>
      ask("PUT", `/documents/rights/${name}?visibility=${visibility}`, {
        as,
        body: `# ${name}\n\nAbout ${name} and pay.`,
      });
    const editor = await tokenOf("eve", "editor", ["hr"]);
    const viewer = await tokenOf("vic", "viewer");
    const guest = await tokenOf("gus", "guest");
    await put("open.md", "public", KEY);
    await put("inside.md", "internal", KEY);
    await put("it.md", "group:it", KEY);

    const byEditor = await put("hr.md", "group:hr", editor);

    expect(byEditor.status).toBe(200);
    expect(await titles(KEY, "?collection=rights")).toHaveLength(4);
    expect(await titles(editor, "?collection=rights")).toEqual(["hr.md", "inside.md", "open.md"]);
    expect(await titles(viewer, "?collection=rights")).toEqual(["inside.md", "open.md"]);
    expect(await titles(guest, "?collection=rights")).toEqual(["open.md"]);
    const search = await ask("POST", "/search", { as: guest, body: { query: "pay" } });
    expect(JSON.stringify(search.answer)).not.toMatch(/inside|hr\.md|it\.md/u);
    const counted = await ask("GET", "/collections", { as: guest });
    expect(counted.answer).toMatchObject({ collections: [{ name: "rights", documents: 1 }] });
    for (const [name, visibility, as] of [
      ["new.md", "public", viewer],
      ["new.md", "group:it", editor],
      ["it.md", "public", editor],
    ] as const) {
      expect(await put(name, visibility, as), `${name} ${visibility}`).toMatchObject({
        status: 403,
      });
    }
    expect(await ask("DELETE", "/collections/rights", { as: editor })).toMatchObject({
      status: 403,
    });
    const asked = { query: "pay", as: { userId: "x", role: "admin" } };
    expect(await ask("POST", "/search", { as: viewer, body: asked })).toMatchObject({
      status: 403,
    });
    expect((await ask("DELETE", "/collections/rights")).answer).toEqual({ removed: 4 });
  });

  it("searches with another's rights for whoever has the key", async () => {
    await ask("PUT", "/documents/hand/bonus.md?visibility=group:hr", {
      body: "# Bonus\n\nIn May.",
    });
    const found = async (groups: readonly string[]) =>
      JSON.stringify(
        (
          await ask("POST", "/search", {
            body: { query: "bonus", as: { userId: "ana", role: "viewer", groups } },
          })
        ).answer,
      );

    expect(await found(["hr"])).toContain("In May");
    expect(await found([])).not.toContain("In May");
  });

  it("goes page by page", async () => {
    for (const name of ["a.md", "b.md", "c.md"]) {
      await ask("PUT", `/documents/pages/${name}`, { body: `# ${name}\n\nText of ${name}.` });
    }

    const first = listed.parse((await ask("GET", "/documents?collection=pages&limit=2")).answer);
    const rest = listed.parse(
      (await ask("GET", `/documents?collection=pages&limit=2&after=${first.next}`)).answer,
    );

    expect(first.documents).toHaveLength(2);
    expect(rest).toMatchObject({ documents: [{}], next: null });
  });

  it.each([
    ["no key", null],
    ["another key", "guess"],
    ["a token that is too old", tokenOf("ana", "admin", [], { expires: "-1m" })],
    ["a token of another signer", tokenOf("ana", "admin", [], { secret: "x".repeat(40) })],
    ["an unsigned token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEiLCJyb2xlIjoiYWRtaW4ifQ."],
  ])("refuses %s", async (_what, as) => {
    const { status, answer } = await ask("GET", "/documents", { as: await as });

    expect(status).toBe(401);
    expect(answer).toMatchObject({ error: { code: "unauthorized" } });
  });

  it.each([
    ["PUT", "/documents/hand/..%2F..%2Fevil.md", "text"],
    ["PUT", "/documents/hand/.hidden.md", "text"],
    ["PUT", "/documents/hand/x.md?visibility=me", "text"],
    ["PUT", "/documents/hand/empty.md", ""],
    ["POST", "/search", {}],
    ["POST", "/search", { query: "x", top: 1000 }],
    ["GET", "/documents?limit=0", undefined],
  ] as const)("refuses %s %s as a wrong use", async (method, path, body) => {
    const { status, answer } = await ask(method, path, body === undefined ? {} : { body });

    expect(answer).toMatchObject({ error: { code: "usage" } });
    expect(status).toBe(400);
  });

  it("turns away what comes too often, and says when to come again", async () => {
    const slow = await listen({
      FRONTDESK_HTTP_API_KEY: KEY,
      FRONTDESK_HTTP_REQUESTS_PER_SECOND: "2",
    });
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => ask("GET", "/collections", { at: slow })),
    );
    await slow.close();

    const refused = asked.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
  });

  it("is closed without key and secret, and says how to open it", async () => {
    const closed = await listen({});

    const { status, answer } = await ask("GET", "/documents", { at: closed });
    await closed.close();

    expect(status).toBe(403);
    expect(JSON.stringify(answer)).toContain("FRONTDESK_HTTP_API_KEY");
  });
});
