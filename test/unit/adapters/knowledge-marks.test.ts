import { expect, it } from "vitest";
import { knowledgeLabels } from "../../../adapters/shared/command-labels.ts";
import { createKnowledgeMarks } from "../../../adapters/shared/knowledge-marks.ts";
import { createMarkErrand, type MarkWish } from "../../../adapters/shared/mark-errand.ts";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createMemoryShelf } from "../../support/memory-shelf.ts";
import { testMemory } from "../../support/slack/adapter.ts";

const context = { id: "e1", isAgain: false, signal: new AbortController().signal };

function library(look: () => Promise<null> = () => Promise.resolve(null)) {
  const marks = createKnowledgeMarks({
    memory: createRemembered(testMemory(), "t:"),
    shelf: createMemoryShelf(),
    platform: { name: "slack", look, isEditor: () => Promise.resolve(true) },
  });
  const told: string[] = [];
  const run = createMarkErrand<MarkWish>({
    marks,
    read: () => ({ channel: "C1", id: "1.1", by: "U1", isOn: true }),
    isMenu: () => true,
    labels: () => Promise.resolve(knowledgeLabels("en")),
    setting: () => Promise.resolve("slack.channels.C1.marked"),
    tell: async (_, { by, text }) => void told.push(`${by}: ${text}`),
    logger: silentLogger,
  });
  return { marks, told, run: () => run(null, context) };
}

it("whoever uses the menu is told when it fails for good, and waits for nothing", async () => {
  const refused = new FrontdeskError("delivery_rejected", "missing_scope");
  const { run, told } = library(() => Promise.reject(refused));

  expect(await run()).toBe("undone");

  expect(told).toEqual([`U1: ${knowledgeLabels("en").failed}`]);
});

it("what may go better another time is tried again, and nobody is told yet", async () => {
  const away = new FrontdeskError("delivery_uncertain", "away", { retryable: true });
  const { run, told } = library(() => Promise.reject(away));

  await expect(run()).rejects.toBe(away);

  expect(told).toEqual([]);
});

it("pins are told apart by what is new or gone and what was known", async () => {
  const { marks } = library();
  await marks.setPins("C1", ["1", "2"]);

  const { changed, kept } = await marks.setPins("C1", ["2", "3"]);

  expect(changed.map(({ id }) => id)).toEqual(["3", "1"]);
  expect(kept.map(({ id }) => id)).toEqual(["2"]);
});
