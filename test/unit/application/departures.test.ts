import { expect, it, onTestFinished } from "vitest";
import { watchDepartures } from "../../../src/application/index.ts";
import { type CaseRecord, caseId, NEW_CASE_FACTS } from "../../../src/core/index.ts";
import type { Agent } from "../../../src/ports/desk.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMemoryChannel } from "../../support/memory-channel.ts";
import { aCase } from "../../support/reply-builder.ts";

function heldBy(id: string, by: string | undefined): CaseRecord {
  const facts = { ...NEW_CASE_FACTS, ...(by === undefined ? {} : { by }) };
  return aCase({ id: caseId(id), state: "claimed", agent: "Mia", facts });
}

function aWatch(records: readonly CaseRecord[], ask: (user: string) => Promise<boolean>) {
  const left: Agent[] = [];
  const asked: string[] = [];
  const slack = createMemoryChannel({ platform: "slack" });
  const watch = watchDepartures({
    view: { list: () => Promise.resolve(records) },
    office: {
      attend: (agent, isThere) => {
        if (!isThere) left.push(agent);
        return Promise.resolve();
      },
    },
    adapters: [
      {
        channel: slack,
        hasLeft: (user) => {
          asked.push(user);
          return ask(user);
        },
      },
    ],
    clock: createFakeClock(),
    logger: silentLogger,
  });
  onTestFinished(() => watch.close());
  return { watch, left, asked };
}

it("takes whoever has left the organisation from the desk, and nobody else", async () => {
  const records = [
    heldBy("C-1", "slack:U1"),
    heldBy("C-2", "slack:U1"),
    heldBy("C-3", "slack:U2"),
    heldBy("C-4", "console:mia"),
    heldBy("C-5", undefined),
    aCase({ id: caseId("C-6") }),
  ];
  const { watch, left, asked } = aWatch(records, (user) => Promise.resolve(user === "U1"));

  await watch.look();

  expect(left).toEqual([{ id: "slack:U1", name: "Mia" }]);
  expect(asked).toEqual(["U1", "U2"]);
});

it("takes nobody for gone of whom the platform does not say", async () => {
  const records = [heldBy("C-1", "slack:U1"), heldBy("C-2", "slack:U2")];
  const { watch, left } = aWatch(records, (user) =>
    user === "U1" ? Promise.reject(new Error("503")) : Promise.resolve(true),
  );

  await watch.look();

  expect(left.map(({ id }) => id)).toEqual(["slack:U2"]);
});
