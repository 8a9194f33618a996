import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createLimitedInbox } from "../../../src/application/index.ts";
import { FrontdeskError, userId } from "../../../src/core/index.ts";
import type { Inbox } from "../../../src/ports/inbox.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createMemoryBudget, createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aMessage, aPrincipal } from "../../support/flows-builders.ts";

const textSchema = z.object({ message: z.object({ text: z.string() }) });

/** An inbox that keeps what it is given, and two limited ones over it, as two processes have them. */
function world(maxPerMinute = 2) {
  const received: string[] = [];
  const told: unknown[] = [];
  const known = new Set<string>();
  let isDown = false;
  const inbox: Inbox = {
    receive: async (message) => {
      received.push(message.text);
      return true;
    },
    tell: async (_instance, event, keys) => {
      if (isDown) throw new FrontdeskError("store_unavailable", "away", { retryable: true });
      if (keys.some((key) => known.has(key))) return false;
      for (const key of keys) known.add(key);
      told.push([event.type, textSchema.safeParse(event).data?.message.text ?? null]);
      return true;
    },
  };
  const budget = createMemoryBudget();
  const memory = createSqliteKeyedMemory({ file: ":memory:", clock: createFakeClock() });
  const open = () =>
    createLimitedInbox({ inbox, budget, memory, maxPerMinute, logger: silentLogger });
  const setDown = (value: boolean): void => {
    isDown = value;
  };
  return { received, told, here: open(), there: open(), setDown };
}

function from(name: string, text: string, isAddressed = true) {
  const principal = aPrincipal(name, { platform: "slack", userId: userId(name) });
  return aMessage(text, { principal, isAddressed });
}

describe("the limit of messages per person", () => {
  it("takes so many from one person, whichever process hears them, and tells once of more", async () => {
    const { here, there, received, told } = world();

    const taken = [
      await here.receive(from("ana", "one"), ["1"]),
      await there.receive(from("ana", "two"), ["2"]),
      await here.receive(from("ana", "three"), ["3"]),
      await there.receive(from("ana", "four"), ["4"]),
    ];

    expect(taken).toEqual([true, true, true, false]);
    expect(received).toEqual(["one", "two"]);
    expect(told).toEqual([["message.limited", "three"]]);
  });

  it("counts a message once that comes as two events or again, also in another process", async () => {
    const { here, there, received, told } = world();
    const one = from("ana", "one");
    const two = from("ana", "two");
    const three = from("ana", "three");

    await Promise.all([here.receive(one, ["e1", "ts1"]), there.receive(one, ["e2", "ts1"])]);
    await here.receive(two, ["e3", "ts2"]);
    const refused = await Promise.all([
      here.receive(three, ["e4", "ts3"]),
      there.receive(three, ["e5", "ts3"]),
    ]);
    const again = await there.receive(three, ["e4", "ts3"]);

    expect(received).toEqual(["one", "one", "two"]);
    expect(told).toEqual([["message.limited", "three"]]);
    expect(refused.toSorted()).toEqual([false, true]);
    expect(again).toBe(false);
  });

  it("tells of it after all when the store was away for the notice and the platform sends again", async () => {
    const { here, there, told, setDown } = world(1);
    await here.receive(from("ana", "one"), ["1"]);
    const two = from("ana", "two");
    setDown(true);
    await expect(here.receive(two, ["2"])).rejects.toMatchObject({ code: "store_unavailable" });
    setDown(false);

    const taken = [await there.receive(two, ["2"]), await here.receive(two, ["2"])];

    expect(taken).toEqual([true, false]);
    expect(told).toEqual([["message.limited", "two"]]);
    expect(await here.receive(from("ana", "three"), ["3"])).toBe(false);
  });

  it("counts every person alone", async () => {
    const { here, received } = world();
    for (const text of ["1", "2", "3"]) await here.receive(from("ana", text), [text]);

    await here.receive(from("bob", "hello"), ["b"]);

    expect(received).toEqual(["1", "2", "hello"]);
  });

  it("counts neither talk that does not name the bot nor other events", async () => {
    const { here, received, told } = world();
    for (const text of ["1", "2", "3"]) await here.receive(from("ana", text, false), [text]);

    await here.tell({ kind: "dialogue", id: "d" }, { type: "stop.requested" }, ["s"]);

    expect(received).toEqual(["1", "2", "3"]);
    expect(told).toEqual([["stop.requested", null]]);
  });

  it("limits nothing when the limit is 0", async () => {
    const { here, received } = world(0);

    for (let n = 0; n < 50; n += 1) await here.receive(from("ana", `${n}`), [`${n}`]);

    expect(received).toHaveLength(50);
  });
});
