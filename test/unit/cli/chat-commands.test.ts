import { describe, expect, it } from "vitest";
import { textsIn } from "../../../flows/texts/index.ts";
import { runChat } from "../../../src/cli/chat.ts";
import { chatTexts } from "../../../src/cli/terminal/chat-texts.ts";
import { documentId, passageId, type RankedPassage } from "../../../src/core/index.ts";
import type { Speaker } from "../../../src/ports/application.ts";
import { SOURCE_DEFAULTS, type SourceSummary } from "../../../src/ports/knowledge-base.ts";
import { createFakeApplication, type FakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCitation } from "../../support/reply-builder.ts";

const speaker: Speaker = { platform: "console", userId: "ann", displayName: "Ann", groups: [] };

const passage: RankedPassage = {
  id: passageId("p1"),
  documentId: documentId("d1"),
  collection: "default",
  title: "Leave",
  section: "Carry-over",
  source: "docs/leave.md",
  page: null,
  text: `Up to 5 days \u001b[31mmove into\nthe next year. ${"More of it. ".repeat(60)}`,
  language: "en",
  visibility: "public",
  origin: "local",
  updatedAt: null,
  score: 0.514,
  parts: { vector: null, lexical: 3, rerank: null },
};

const HR: SourceSummary = {
  collection: "hr",
  root: "/srv/hr",
  visibility: "group:hr",
  documents: 3,
  chunks: 9,
  languages: ["en"],
  updatedAt: 1,
  settings: SOURCE_DEFAULTS,
};

function outputOf(app: FakeApplication, ...lines: readonly string[]): Promise<string> {
  return outputAs(speaker, app, ...lines);
}

async function outputAs(
  speaker: Speaker,
  app: FakeApplication,
  ...lines: readonly string[]
): Promise<string> {
  const pipes = fakePipes(lines.map((line) => `${line}\n`).join(""));
  await runChat(
    app,
    { conversation: null, speaker, verbose: false, json: false },
    pipes.io,
    new AbortController().signal,
  );
  return pipes.stdout();
}

describe("the commands of the chat", () => {
  it("/search shows the passages found, shortened and harmless", async () => {
    const output = await outputOf(
      createFakeApplication({ passages: [passage] }),
      "/search carry over",
    );

    expect(output).toContain(" 1  Leave › Carry-over\n    docs/leave.md  0.51\n");
    expect(output).toContain("Up to 5 days move into the next year. More of it.");
    expect(output).toContain("…");
    expect(output).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("/search says when there is nothing, and how to use it", async () => {
    const output = await outputOf(createFakeApplication(), "/search xyz", "/search");

    expect(output).toContain("Nothing found.");
    expect(output).toContain("Write what to look for: /search words");
  });

  it("/sources shows where the last answer stands, and what there is altogether", async () => {
    const app = createFakeApplication({
      onMessage: (turn) =>
        void turn.reply({
          text: "Every employee has 25 days of leave a year. [1]",
          citations: [aCitation()],
        }),
      sources: [
        {
          collection: "handbook",
          root: "/srv/handbook",
          visibility: "internal",
          documents: 7,
          chunks: 81,
          languages: ["en", "zh"],
          updatedAt: 1,
          settings: SOURCE_DEFAULTS,
        },
      ],
    });

    const output = await outputOf(app, "how many days?", "/sources");

    expect(output).toContain("── sources of the last answer ──");
    expect(output).toContain("“Every employee has 25 days of leave a year.”");
    expect(output).toContain(
      "/srv/handbook\n  7 documents, 81 passages · handbook · internal · en + zh",
    );
  });

  it("/sources says how to fill an empty knowledge base", async () => {
    const app = createFakeApplication({ sources: [] });

    expect(await outputOf(app, "/sources")).toContain("npx frontdesk ingest");
  });

  it("/history shows what was said, without sources", async () => {
    const app = createFakeApplication({
      onMessage: (turn) => void turn.reply({ text: "25 days.", citations: [aCitation()] }),
    });

    const output = await outputOf(app, "/history", "how many days?", "/history");

    expect(output).toContain("Nothing was said yet.");
    expect(output.split("25 days.\n\n[1]")[1]).toContain("› how many days?\n\n  25 days.\n");
  });

  it("/sources shows nothing of sources that the speaker may not read", async () => {
    const secret = { ...HR, root: "/srv/salaries", documents: 4711 };
    const app = createFakeApplication({ sources: [secret] });

    const output = await outputOf(app, "/sources");
    const member = await outputAs({ ...speaker, groups: ["hr"] }, app, "/sources");

    expect(output).not.toMatch(/salaries|4711/u);
    expect(member).toContain("/srv/salaries\n  4711 documents");
  });

  it("/history numbers the options of a clarifying question as they were", async () => {
    const options = [
      { id: "a", label: "VPN" },
      { id: "b", label: "Mail" },
    ];
    const app = createFakeApplication({
      onMessage: (turn) => void turn.reply({ decision: "clarify", text: "Which one?", options }),
    });

    const output = await outputOf(app, "reset my password", "/history");

    expect(output.split("› reset my password")[1]).toBe(
      "\n\n  Which one?\n\n  1) VPN\n  2) Mail\n\n",
    );
  });

  it("/reset begins anew, and what was said before is out of sight", async () => {
    const app = createFakeApplication();

    const output = await outputOf(app, "my secret", "/reset", "/history");

    expect(app.resets).toEqual(["console:ann"]);
    expect(output).toContain("I have forgotten what was said here.");
    expect(output.split("What would you like to know?")[1]).toBe("\n\nNothing was said yet.\n\n");
  });

  it("/reset says the same words as the dialogue", () => {
    for (const language of ["en", "zh"] as const) {
      expect(chatTexts(language).resetDone).toBe(textsIn(language).started);
    }
  });

  it("/help tells how answers are written, and why not", async () => {
    const chatModel = {
      model: "small-model",
      state: "unavailable",
      reason: "The file is broken; download it again.",
    } as const;

    const output = await outputOf(createFakeApplication({ status: { chatModel } }), "/help");

    expect(output).toContain(
      "Answers are quoted for now: the chat model cannot be used. The file is broken; download it again.",
    );
  });

  it("/help explains every command in the language of the conversation", async () => {
    const app = createFakeApplication({
      onMessage: (turn) => void turn.reply({ text: "有25天。", language: "zh" }),
    });

    const output = await outputOf(app, "/help", "年假有几天？", "/help");

    for (const command of ["/search", "/sources", "/history", "/reset", "/desk", "/quit"]) {
      expect(output.split(command).length).toBeGreaterThanOrEqual(3);
    }
    expect(output).toContain("brings in a colleague");
    expect(output).toContain("请一位同事来帮忙");
  });

  it("/desk explains itself when it is incomplete", async () => {
    const output = await outputOf(createFakeApplication(), "/desk reply 1", "/desk frobnicate 1 x");

    expect(output.match(/open\|claim\|reply\|note\|release\|resolve/gu)).toHaveLength(2);
  });
});
