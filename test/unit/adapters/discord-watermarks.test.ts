import { describe, expect, it } from "vitest";
import { createWatermarks } from "../../../adapters/discord/watermarks.ts";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { createMemoryStore } from "../../support/memory-store.ts";

const CHANNEL = { channel: "1", isDirect: false };

function open() {
  return createWatermarks(createRemembered(createMemoryStore(), "discord:"));
}

describe("how far a channel was read", () => {
  it("only ever moves on", async () => {
    const marks = open();

    await marks.note(CHANNEL, "1000");
    await marks.note(CHANNEL, "999");

    expect(await marks.of("1")).toBe("1000");
    expect(await marks.of("2")).toBeNull();
  });

  it("stays where it was while somebody reads what was missed, whatever is said meanwhile", async () => {
    const marks = open();
    await marks.note(CHANNEL, "1000");

    const first = marks.hold();
    const second = marks.hold();
    await marks.note(CHANNEL, "3000");
    await marks.note(CHANNEL, "2000");
    await marks.release(first, new Set());
    const held = await marks.of("1");
    await marks.release(second, new Set());

    expect(held).toBe("1000");
    expect(await marks.of("1")).toBe("3000");
  });

  it("stays where it was in a channel that could not be read", async () => {
    const marks = open();
    await marks.note(CHANNEL, "1000");
    await marks.note({ channel: "7", isDirect: true }, "1000");

    const hold = marks.hold();
    await marks.note(CHANNEL, "2000");
    await marks.note({ channel: "7", isDirect: true }, "2000");
    await marks.release(hold, new Set(["1", "7"]));
    await marks.note(CHANNEL, "3000");
    const kept = await marks.of("1");
    await marks.release(marks.hold(), new Set());

    expect(kept).toBe("1000");
    expect(await marks.of("1")).toBe("3000");
    expect(await marks.direct(10)).toEqual([{ channel: "7", last: "2000" }]);
  });

  it("is kept apart for direct messages, which Discord does not list", async () => {
    const marks = open();

    await marks.note(CHANNEL, "1000");
    await marks.note({ channel: "7", isDirect: true }, "2000");

    expect(await marks.direct(10)).toEqual([{ channel: "7", last: "2000" }]);
  });
});
