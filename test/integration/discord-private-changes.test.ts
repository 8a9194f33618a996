import { describe, expect, it } from "vitest";
import { effectKey, type Reply, type ReplyAddress } from "../../src/core/index.ts";
import { editReply, removeReply } from "../../src/runtime/change-reply.ts";
import { openScene } from "../support/discord/scene.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { aReply } from "../support/reply-builder.ts";

const MINUTE_MS = 60_000;
const { signal } = new AbortController();

/** Ann asked for a person in private, and was told that it was passed on. */
async function passedOn() {
  const memory = createMemoryStore();
  const scene = await openScene({ script: () => null, memory });
  const { discord, bot, adapter, help, ann, ben } = scene;
  const { channel } = adapter;
  await discord.slash(ann, help, "human", [{ name: "message", value: "my badge is broken" }]);
  await discord.until(() => bot.received.length === 1);
  const [message] = bot.received;
  if (message === undefined) throw new Error("nothing asked");
  const { address } = message;
  await bot.say(address, { text: "passed on" }, "first");
  const of = (where: ReplyAddress, reply: Partial<Reply>, key: string) => ({
    key: effectKey(key),
    address: where,
    reply: aReply(reply),
    timings: {},
  });
  const textsFor = (person: typeof ann) => discord.messages(help, person).map(({ text }) => text);
  const seen = () => textsFor(ann).join("\n");
  return {
    ...scene,
    address,
    seen,
    calledOut: () => textsFor(ben),
    kept: () => memory.list("discord:kept:", 10),
    show: async (text: string) => {
      await discord.press(ann, help, "Show my answer");
      await discord.until(() => seen().includes(text));
    },
    takeBack: () => removeReply(channel, effectKey("line"), address, signal),
    correct: () =>
      editReply(channel, of(address, { text: "room 12" }, "line"), {
        instead: of(address, { text: "Correction: room 12" }, "line/again"),
        isAmbiguous: false,
        signal,
      }),
  };
}

describe("a private line in Discord that is taken back", () => {
  it("goes, and what was said before it stays", async () => {
    const { bot, address, seen, takeBack } = await passedOn();
    await bot.say(address, { text: "the secret" }, "line");
    const before = seen();

    await takeBack();

    expect(before).toContain("the secret");
    expect(seen()).toContain("passed on");
    expect(seen()).not.toContain("the secret");
  });

  it("cannot be shown any more, and is not announced", async () => {
    const { discord, bot, address, calledOut, kept, takeBack } = await passedOn();
    discord.world.advance(15 * MINUTE_MS);
    await bot.say(address, { text: "the secret" }, "line");
    const before = [calledOut().length, (await kept()).length];

    await takeBack();

    expect(before).toEqual([1, 1]);
    expect(calledOut()).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it("goes where somebody had it shown to him, too", async () => {
    const { discord, bot, address, seen, show, takeBack } = await passedOn();
    discord.world.advance(15 * MINUTE_MS);
    await bot.say(address, { text: "the secret" }, "line");
    await show("the secret");
    const before = seen();

    await takeBack();
    await discord.until(() => !seen().includes("the secret"));

    expect(before).toContain("passed on");
    expect(seen()).toContain("passed on");
  });
});

describe("a private line in Discord that is corrected", () => {
  it("is changed where it stands, and not said twice", async () => {
    const { bot, address, seen, correct } = await passedOn();
    await bot.say(address, { text: "room 11" }, "line");

    await correct();

    expect(seen().match(/room \d+|passed on|Correction/gu)).toEqual(["passed on", "room 12"]);
  });

  it("is said as a correction when it can be changed no longer", async () => {
    const { discord, bot, address, seen, show, correct } = await passedOn();
    await bot.say(address, { text: "room 11" }, "line");
    discord.world.advance(15 * MINUTE_MS);

    await correct();
    await show("Correction");

    expect(seen()).toContain("Correction: room 12");
  });

  it("is kept anew while it waits to be shown, under the one line that says so", async () => {
    const { discord, bot, address, calledOut, seen, show, correct } = await passedOn();
    discord.world.advance(15 * MINUTE_MS);
    await bot.say(address, { text: "room 11" }, "line");

    await correct();
    await show("room 12");

    expect(calledOut()).toHaveLength(1);
    expect(seen()).not.toMatch(/room 11|Correction/u);
  });
});
