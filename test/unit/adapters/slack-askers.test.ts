import { expect, it } from "vitest";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { createAskers } from "../../../adapters/slack/askers.ts";
import { createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { threadAddress } from "../../support/slack/scripted-bot.ts";

const DAY_MS = 24 * 3_600_000;
const ASKING = { user: "U1", language: "en", asked: "how many days?" } as const;

it.each([
  ["remembered", "remember"],
  ["claimed", "claim"],
] as const)(
  "who asked openly in a channel is known for as long as a case may take (%s)",
  async (_name, how) => {
    const clock = createFakeClock(0);
    const memory = createRemembered(createSqliteKeyedMemory({ file: ":memory:", clock }), "slack:");
    const askers = createAskers(memory, clock);
    const address = { ...threadAddress("T1", "C1", "100.0"), ephemeral: false };
    await askers[how](address, ASKING);

    clock.advance(29 * DAY_MS);

    // What is answered by a person may have become private since.
    expect(await askers.of({ ...address, ephemeral: true })).toBe("U1");
    clock.advance(2 * DAY_MS);
    expect(await askers.of(address)).toBeNull();
  },
);
