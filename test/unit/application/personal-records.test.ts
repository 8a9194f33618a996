import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { erasePerson, personalRecords } from "../../../src/application/personal-records.ts";
import { caseId, conversationId, effectKey, messageId, userId } from "../../../src/core/index.ts";
import {
  createFeedbackLog,
  createHandoverLog,
  createReviewLog,
  createSqliteDesk,
  createSqliteKeyedMemory,
  createSqliteMessageLog,
  createSqliteStore,
} from "../../../src/runtime/index.ts";
import { settle } from "../../contract/conversation-store-steps.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aPrincipal } from "../../support/flows-builders.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { aCase, aPacket, aReviewedTurn } from "../../support/reply-builder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const call = { signal: new AbortController().signal };
const person = { platform: "slack", userId: userId("U1") } as const;

/** All that an installation keeps in files. */
function open() {
  const folder = temporaryFolder();
  const clock = createFakeClock(Date.UTC(2027, 0, 31));
  const directory = createSqliteStore({
    file: join(folder, "conversations.db"),
    clock,
    synchronous: "normal",
  });
  const memory = createSqliteKeyedMemory({ file: ":memory:", clock });
  const log = createSqliteMessageLog({ file: ":memory:" });
  onTestFinished(async () => {
    await Promise.all([directory.close(), memory.close(), log.close()]);
  });
  const desk = createSqliteDesk({ file: ":memory:" });
  return {
    clock,
    places: {
      directory,
      memory,
      log,
      view: desk,
      eraser: desk,
      review: createReviewLog(memory, { keepDays: 90, clock }),
      feedback: createFeedbackLog(memory),
      handovers: createHandoverLog(memory),
      drafts: { takeBack: async () => {} },
      tellErased: async () => {},
    },
    desk,
  };
}

/** A dialogue in which these people of Slack have said something, as it is stored. */
async function spokenBy(...people: readonly string[]): Promise<string> {
  const dialogue = startDialogue();
  for (const name of people) {
    const principal = aPrincipal(name, { platform: "slack", displayName: "Kim" });
    await dialogue.say("thank you", { principal });
  }
  return JSON.stringify({ v: 2, context: dialogue.context() });
}

it("everything that is kept of a person is found in either place, and erased with the conversations he took part in", async () => {
  const { places, desk, clock } = open();
  const { directory, memory, review, feedback, handovers } = places;
  const ids = ["slack:T:C:own", "slack:T:C:shared", "slack:T:C:others", "slack:T:C:forgotten"];
  const [own, shared, others, forgotten] = ids.map(conversationId);
  if (!own || !shared || !others || !forgotten) throw new Error("four names");
  for (const [id, people] of [
    [own, ["U1"]],
    // He has said nothing for long; somebody of the same name was answered last.
    [shared, ["U1", "U2"]],
    [others, ["U2", "U11"]],
  ] as const) {
    const snapshot = await spokenBy(...people);
    await settle(directory, { kind: "dialogue", id }, { snapshot });
  }
  const at = clock.now();
  const asked = { at, messageId: messageId("m1") };
  const his = aReviewedTurn({ ...asked, conversationId: forgotten });
  const notHis = aReviewedTurn({ ...asked, conversationId: others, userId: userId("U2") });
  for (const turn of [his, notHis]) await review.add(turn);
  const thumb = { ...asked, value: "bad", platform: "slack", conversationId: own } as const;
  const about = { asked: null, question: null, answer: "", citations: [], confidence: null };
  await feedback.add({ ...thumb, ...about, userId: person.userId });
  const packet = aPacket({ conversationId: own, platform: "slack", customerId: "U1" });
  const record = aCase({ id: caseId("C-1"), packet });
  await desk.publish({ type: "opened", record }, { key: effectKey("C-1"), ...call });
  await memory.set("slack:asked:U1:1.2", { conversation: own, question: "?" }, 1_000);
  await memory.set("slack:asked:U11:1.2", { conversation: others, question: "?" }, 1_000);
  await memory.set("blocked:slack:U1", "C-1", 1_000);

  const found = await personalRecords(places, person, call);
  const erased = await erasePerson(places, person, call);

  expect(found.conversations.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
    { id: forgotten, isShared: false },
    { id: own, isShared: false },
    { id: shared, isShared: true },
  ]);
  expect(found).toMatchObject({ reviewed: [his], isBlocked: true, cases: [{ id: "C-1" }] });
  expect(found.feedback.map(({ userId: user }) => user)).toEqual(["U1"]);
  expect(found.remembered.map(({ name }) => name)).toEqual(["slack:asked:U1:1.2"]);
  expect(erased).toEqual(found);
  expect(await personalRecords(places, person, call)).toEqual({
    person,
    conversations: [],
    reviewed: [],
    feedback: [],
    cases: [],
    handovers: [],
    remembered: [],
    isBlocked: true,
  });
  const left = await directory.list({ kind: null, limit: 10 });
  expect(left.map(({ instance }) => instance.id)).toEqual([others]);
  expect(await review.list({ limit: 10 })).toEqual([notHis]);
  expect(await handovers.list({ limit: 10 })).toEqual([]);
  expect(await memory.list("slack:asked:", 10)).toHaveLength(1);
});
