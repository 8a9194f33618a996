import { describe, expect, it } from "vitest";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { createWatermarks } from "../../../adapters/slack/watermarks.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import { createMemoryStore } from "../../support/memory-store.ts";

const NONE = new Set<string>();

function open() {
  const memory = createRemembered(createMemoryStore(), "slack:");
  return createWatermarks({ memory, clock: systemClock });
}

describe("how far a channel was heard", () => {
  it("only ever moves on", async () => {
    const marks = open();

    await marks.heard("C1", "10.000002");
    await marks.heard("C1", "10.000001");

    expect(await marks.list(10)).toEqual([{ channel: "C1", ts: "10.000002" }]);
  });

  it("stays where it was while somebody reads what was missed, whatever is said meanwhile", async () => {
    const marks = open();
    await marks.heard("C1", "10.000000");

    const first = marks.hold();
    const second = marks.hold();
    await marks.heard("C1", "30.000000");
    await marks.heard("C1", "20.000000");
    await marks.release(first, NONE);
    const held = await marks.list(10);
    await marks.release(second, NONE);

    expect(held).toEqual([{ channel: "C1", ts: "10.000000" }]);
    expect(await marks.list(10)).toEqual([{ channel: "C1", ts: "30.000000" }]);
  });

  it("stays where it was in a channel that could not be read, until it can", async () => {
    const marks = open();
    for (const channel of ["C1", "C2"]) await marks.heard(channel, "10.000000");

    const hold = marks.hold();
    for (const channel of ["C1", "C2"]) await marks.heard(channel, "20.000000");
    await marks.release(hold, new Set(["C1"]));
    for (const channel of ["C1", "C2"]) await marks.heard(channel, "30.000000");
    const held = await marks.list(10);
    await marks.release(marks.hold(), NONE);

    expect(new Map(held.map(({ channel, ts }) => [channel, ts]))).toEqual(
      new Map([
        ["C1", "10.000000"],
        ["C2", "30.000000"],
      ]),
    );
    expect((await marks.list(10)).map(({ ts }) => ts)).toEqual(["30.000000", "30.000000"]);
  });
});
