import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshFolder, jsonLines, runCommand, startCommand } from "../support/cli.ts";
import { makeTinyEmbedder } from "../support/scripted-gguf.ts";

const answerSchema = z.strictObject({
  decision: z.enum(["answer", "clarify", "decline", "escalate", "smalltalk", "ignore"]),
  text: z.string(),
  confidence: z.number().min(0).max(1).nullable(),
  question: z.string().nullable(),
  citations: z.array(
    z.strictObject({
      n: z.number().int(),
      title: z.string(),
      section: z.string(),
      source: z.string(),
      quote: z.string(),
    }),
  ),
  options: z.array(z.strictObject({ id: z.string(), label: z.string() })),
  case: z.string().nullable(),
  degraded: z.array(z.string()).nonempty().optional(),
  conversationId: z.string(),
  language: z.enum(["en", "zh"]),
  timings: z.record(z.string(), z.number()),
});

const replaySchema = z.object({
  n: z.number().int(),
  changed: z.array(z.object({ confidence: z.tuple([z.number(), z.number()]) })),
});

const passageSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  section: z.string(),
  source: z.string(),
  text: z.string(),
  score: z.number(),
  parts: z.strictObject({
    vector: z.number().nullable(),
    lexical: z.number().nullable(),
    rerank: z.number().nullable(),
  }),
});

const dataDir = freshFolder();
const documents = join(freshFolder(), "documents");
const call = { dataDir };

/** One process keeps everything loaded; the commands of most tests attach to it. */
async function startOwner(): Promise<() => Promise<void>> {
  const owner = startCommand(["start"], { dataDir });
  await owner.until(/is ready: http/u);
  return async () => {
    owner.child.kill("SIGTERM");
    await owner.result;
  };
}

let stopOwner: () => Promise<void> = () => Promise.resolve();
afterAll(() => stopOwner());

async function ask(text: string, ...args: string[]): Promise<z.infer<typeof answerSchema>> {
  const { stdout, code, stderr } = await runCommand(["ask", text, "--json", ...args], call);
  expect(code, stderr).toBe(0);
  return answerSchema.parse(JSON.parse(stdout));
}

async function search(query: string, ...args: string[]): Promise<z.infer<typeof passageSchema>[]> {
  const { stdout } = await runCommand(["search", query, "--json", ...args], call);
  return z.array(passageSchema).parse(JSON.parse(stdout));
}

async function ingest(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, code, stderr } = await runCommand(["ingest", ...args, "--json"], call);
  expect(code, stderr).toBe(0);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(stdout));
}

beforeAll(async () => {
  mkdirSync(documents);
  writeFileSync(
    join(documents, "greenhouse.md"),
    "# Greenhouse\n\n## Watering\n\nThe tomatoes in the greenhouse are watered every second morning at seven.\n\n## Heating\n\nThe greenhouse is heated to eleven degrees from November to March.\n",
  );
  writeFileSync(
    join(documents, "仓库.md"),
    "# 仓库\n\n## 开放时间\n\n仓库周一至周五上午八点半开门，下午五点关门。\n\n## 钥匙\n\n仓库的备用钥匙由林小姐保管。\n",
  );
  const summary = await ingest(documents);
  expect(summary).toMatchObject({ added: 2, failed: 0 });
  stopOwner = await startOwner();
});

describe("asking in a terminal", () => {
  it("answers from the documents with the source cited first", async () => {
    const answer = await ask("When are the tomatoes watered?");

    expect(answer).toMatchObject({ decision: "answer", language: "en" });
    expect(answer.text).toContain("every second morning");
    expect(answer.citations[0]).toMatchObject({ n: 1, title: "Greenhouse" });
    expect(answer.citations[0]?.source).toMatch(/greenhouse\.md$/u);
    expect(answer.citations[0]?.section).toContain("Watering");
  });

  it("answers Chinese questions in Chinese", async () => {
    const answer = await ask("仓库几点开门？");

    expect(answer).toMatchObject({ decision: "answer", language: "zh" });
    expect(answer.text).toContain("八点半");
    expect(answer.citations[0]?.title).toBe("仓库");
  });

  it("says plainly when it is not in the documents", async () => {
    const answer = await ask("How much does a helicopter licence cost?");

    expect(answer.decision).toBe("decline");
    expect(answer.citations).toEqual([]);
    expect(answer.text).not.toBe("");
  });

  it("reports where the time of a turn went", async () => {
    const { timings } = await ask("To what temperature is the greenhouse heated?");

    for (const stage of ["understandMs", "retrieveMs", "answerMs", "commitMs", "totalMs"]) {
      expect(timings[stage], stage).toBeGreaterThanOrEqual(0);
    }
  });

  it("goes on with a conversation in a later process", async () => {
    await ask("When are the tomatoes watered?", "--conversation", "follow");
    await stopOwner();
    stopOwner = await startOwner();

    const answer = await ask("And at what time exactly?", "--conversation", "follow");

    expect(answer.conversationId).toBe("follow");
    expect(answer.question).toMatch(/tomato/iu);
  });

  it("opens a case when a person is wanted", async () => {
    const answer = await ask("I want to talk to a person", "--conversation", "person");

    expect(answer.decision).toBe("escalate");
    expect(answer.case).not.toBeNull();
    const { stdout } = await runCommand(["desk", "--once", "--json"], call);
    expect(stdout).toContain(answer.case);
  });

  it("prints text with its sources without --json", async () => {
    const { stdout, code } = await runCommand(["ask", "When are the tomatoes watered?"], call);

    expect(code).toBe(0);
    expect(stdout).toContain("every second morning");
    expect(stdout).toMatch(/\[1\].*Greenhouse/u);
  });
});

describe("asking many questions in one process", () => {
  it("answers one line for each line, in order, with the given ids", async () => {
    const lines = [
      { id: "a", text: "When are the tomatoes watered?" },
      { id: "b", text: "仓库的备用钥匙在谁那里？" },
      { id: "c", text: "hello" },
    ];

    const { stdout, code } = await runCommand(["ask", "--batch", "-", "--json"], {
      ...call,
      input: lines.map((line) => JSON.stringify(line)).join("\n"),
    });

    const out = jsonLines(stdout);
    expect(code).toBe(0);
    expect(out.map((line) => line["id"])).toEqual(["a", "b", "c"]);
    expect(out.map((line) => line["decision"])).toEqual(["answer", "answer", "smalltalk"]);
  });

  it("takes the history of a conversation that began elsewhere", async () => {
    const line = {
      text: "and when does it close?",
      history: [
        { role: "user", text: "When does the warehouse (仓库) open?" },
        { role: "bot", text: "It opens at half past eight." },
      ],
    };

    const { stdout } = await runCommand(["ask", "--batch", "-", "--json"], {
      ...call,
      input: JSON.stringify(line),
    });

    expect(jsonLines(stdout)[0]?.["question"]).toMatch(/warehouse|仓库/iu);
  });

  it("reports a bad line in its place and answers the others", async () => {
    const { stdout, code } = await runCommand(["ask", "--batch", "-", "--json"], {
      ...call,
      input: 'not json\n{"id":"ok","text":"hello"}\n{"id":"empty","text":"  "}\n',
    });

    const out = jsonLines(stdout);
    expect(code).toBe(1);
    expect(out).toHaveLength(3);
    expect(out[0]).toMatchObject({ error: { code: "usage" } });
    expect(out[1]).toMatchObject({ id: "ok", decision: "smalltalk" });
    expect(out[2]).toMatchObject({ id: "empty", error: { code: "message_empty" } });
  });
});

describe("what was asked, decided anew", () => {
  it("under another embedding model moves the confidence, and under none of this name says so", async () => {
    const model = makeTinyEmbedder(freshFolder());
    const replay = (name: string) => {
      const flags = ["--embed-model", name, "--answer-at", "1", "--clarify-at", "1", "--json"];
      return runCommand(["review", "replay", ...flags], call);
    };

    const [other, none] = await Promise.all([replay(model), replay("no-such-model")]);

    const { n, changed } = replaySchema.parse(JSON.parse(other.stdout));
    expect(n).toBeGreaterThanOrEqual(changed.length);
    expect(changed.some(({ confidence: [was, now] }) => Math.abs(was - now) > 0.001)).toBe(true);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('There is no model "no-such-model"');
  });
});

describe("knowledge from the command line", () => {
  it("finds passages with their scores", async () => {
    const [first] = await search("greenhouse heating");

    expect(first?.section).toContain("Heating");
    expect(first?.parts.lexical).toBeGreaterThan(0);
  });

  it("touches nothing on a second run, and only what changed on a third", async () => {
    expect(await ingest(documents)).toMatchObject({ added: 0, updated: 0, unchanged: 2 });

    writeFileSync(
      join(documents, "greenhouse.md"),
      "# Greenhouse\n\n## Watering\n\nThe tomatoes are watered at nine in the evening.\n",
    );

    expect(await ingest(documents)).toMatchObject({ updated: 1, unchanged: 1 });
    expect((await ask("When are the tomatoes watered?")).text).toContain("nine in the evening");
  });

  it("forgets documents that are gone from a folder", async () => {
    const folder = join(freshFolder(), "gone");
    mkdirSync(folder);
    writeFileSync(join(folder, "a.md"), "# Llamas\n\nThe llamas sleep in the northern barn.\n");
    writeFileSync(join(folder, "b.md"), "# Geese\n\nThe geese are fed at noon.\n");
    await ingest(folder, "--collection", "animals");
    rmSync(join(folder, "a.md"));

    expect(await ingest(folder, "--collection", "animals")).toMatchObject({ removed: 1 });

    const found = await search("llamas northern barn");
    expect(found.filter(({ title }) => title === "Llamas")).toEqual([]);
  });

  it("shows restricted documents only to members of the group", async () => {
    const folder = join(freshFolder(), "secret");
    mkdirSync(folder);
    writeFileSync(
      join(folder, "salaries.md"),
      "# Salaries\n\nThe salary of the head gardener is 5120 crowns a month.\n",
    );
    await ingest(folder, "--collection", "hr", "--visibility", "group:hr");

    const outsider = await ask("What is the salary of the head gardener?");
    const member = await ask("What is the salary of the head gardener?", "--group", "hr");

    expect(JSON.stringify(outsider)).not.toContain("5120");
    expect(outsider.citations.map(({ title }) => title)).not.toContain("Salaries");
    expect(member.text).toContain("5120");
    expect(await search("head gardener salary")).not.toContainEqual(
      expect.objectContaining({ title: "Salaries" }),
    );
  });

  it("removes a collection with one command", async () => {
    await runCommand(["sources", "remove", "hr"], call);

    const found = await search("head gardener salary", "--group", "hr");
    expect(found).not.toContainEqual(expect.objectContaining({ title: "Salaries" }));
  });
});
