import { describe, expect, it } from "vitest";
import { createMemoryChannel } from "../../../adapters/memory/index.ts";
import { createTypingMirror } from "../../../src/application/index.ts";
import { type CaseRecord, caseId } from "../../../src/core/index.ts";
import type { Channel } from "../../../src/ports/channel.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import type { HeardTyping } from "../../../src/ports/typing-mirror.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { anAddress } from "../../support/flows-builders.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";
import { eventually } from "../../support/runtime-eventually.ts";

const AGAIN_MS = 5_000;

/** A mirror over one case that Mia has, with what it shows. */
function mirrored(parts: Partial<CaseRecord> = {}) {
  const address = { ...anAddress(), channelId: "chan", threadId: null };
  const packet = aPacket({ customer: "Ann", customerId: "U1", platform: "console" });
  const record = aCase({ state: "claimed", agent: "Mia", packet, ...parts });
  const shown: string[] = [];
  let looks = 0;
  const clock = createFakeClock();
  const channel: Channel = {
    ...createMemoryChannel({ platform: "console" }),
    typing: (_address, name) => void shown.push(`to the customer: ${name}`),
  };
  const mirror = createTypingMirror({
    openCases: () => {
      looks += 1;
      return Promise.resolve([record]);
    },
    find: () => Promise.resolve(record),
    readConversation: () =>
      Promise.resolve(JSON.stringify({ context: { openCase: { id: record.id, address } } })),
    channelOf: () => channel,
    board: () => ({ typing: (id, name) => void shown.push(`to the desk: ${name} in ${id}`) }),
    shownName: (agent) => `${agent} of the team`,
    clock,
    logger: silentLogger,
  });
  const asked: string[] = [];
  const heard = (
    userId: string,
    where: Partial<HeardTyping> & { readonly inCase?: boolean } = {},
  ) => {
    const { inCase = false, ...rest } = where;
    mirror.heard({
      ...{ platform: "console", channelId: "chan", userId, name: userId },
      ...rest,
      caseHere: () => {
        asked.push(userId);
        return Promise.resolve(inCase ? caseId(record.id) : null);
      },
    });
  };
  return { heard, shown, asked, clock, looks: () => looks };
}

describe("typing", () => {
  it("of a customer is shown at the desk, and that of his agent to him, by the name he may see", async () => {
    const { heard, shown } = mirrored();

    heard("U1");
    heard("Mia", { inCase: true });

    await eventually("both are shown", () => shown.length === 2);
    expect(shown.toSorted()).toEqual([
      "to the customer: Mia of the team",
      "to the desk: Ann in case-1",
    ]);
  });

  it.each([
    ["of somebody else", () => mirrored(), "U2", {}],
    ["of the customer in another place", () => mirrored(), "U1", { channelId: "elsewhere" }],
    ["of another agent", () => mirrored(), "Ben", { inCase: true }],
    [
      "of a customer whom nobody serves yet",
      () => mirrored({ state: "waiting", agent: null }),
      "U1",
      {},
    ],
    [
      "of an agent in a case that is over",
      () => mirrored({ state: "resolved" }),
      "Mia",
      { inCase: true },
    ],
  ] as const)("%s is shown nowhere", async (_name, make, who, where) => {
    const { heard, shown, asked, clock } = make();

    heard(who, where);
    await eventually("it was looked at", () => asked.length === 1);
    clock.advance(AGAIN_MS);
    heard("nobody");
    await eventually("all is done", () => asked.length === 2);
    await new Promise((resolve) => setImmediate(resolve));

    expect(shown).toEqual([]);
  });

  it("costs a look every few seconds only, however often it is told, and none under load", async () => {
    const { heard, asked, shown, clock, looks } = mirrored();

    for (let time = 0; time < 50; time += 1) heard("U1");
    for (let person = 0; person < 50; person += 1) heard(`crowd ${person}`);
    expect(asked).toHaveLength(4);
    await eventually("shown once", () => shown.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(AGAIN_MS);
    heard("U1");

    await eventually("shown again", () => shown.length === 2);
    expect(looks()).toBe(1);
  });
});
