import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";

/** A private question whose answer is being written. */
async function asked(settings: Parameters<typeof openScene>[0] = {}) {
  const scene = await openScene({ script: () => null, ...settings });
  const { discord, bot, adapter, help, ann } = scene;
  const { pending } = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
  await discord.until(() => bot.received.length === 1);
  const [message] = bot.received;
  if (message === undefined) throw new Error("nothing asked");
  const { address } = message;
  const write = (delta: string) => adapter.channel.progress(address, { type: "text", delta });
  const seen = (user = ann) => discord.messages(help, user);
  return { ...scene, pending, address, write, seen };
}

describe("a private answer in Discord that is being written", () => {
  it("grows before its asker alone, and the answer takes its place", async () => {
    const { discord, bot, ben, address, write, seen, help } = await asked();

    write("The leave is");
    const first = await discord.until(() => seen().find(({ text }) => text === "The leave is"));
    write(" 25 days");
    await discord.until(() => seen()[0]?.text === "The leave is 25 days");
    const others = discord.messages(help, ben);
    await bot.say(address, { text: "The leave is 25 days a year." }, "answer");

    expect(first.controls.map(({ label }) => label)).toEqual(["Stop"]);
    expect(others).toEqual([]);
    expect(seen()).toHaveLength(1);
    expect(seen()[0]?.id).toBe(first.id);
    expect(seen()[0]?.text).toContain("25 days a year.");
    expect(seen()[0]?.controls.map(({ label }) => label)).not.toContain("Stop");
  });

  it("is ended by its button, in the talk to which it belongs", async () => {
    const { discord, bot, ann, help, address, write, seen } = await asked();
    write("The leave is");
    await discord.until(() => seen()[0]?.controls.length === 1);

    await discord.press(ann, help, "Stop");
    const { instance, event } = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "stop.requested"),
    );

    expect(instance.id).toBe(address.conversationId);
    expect(event).toMatchObject({ by: ann.id, isPressed: true });
  });

  it("begins anew when what was written is void, and is not written over when the answer stands", async () => {
    const { discord, bot, adapter, address, write, seen } = await asked();
    write("a wrong start");
    await discord.until(() => seen()[0]?.text === "a wrong start");
    adapter.channel.progress(address, { type: "reset" });
    write("a better one");
    await discord.until(() => seen()[0]?.text === "a better one");

    discord.faults.next("PATCH original", { type: "slow", ms: 45 });
    write(", and more");
    await discord.until(() => discord.callsOf("PATCH original").length >= 2);
    await bot.say(address, { text: "the answer" }, "answer");
    write(" too late");
    await bot.say({ ...address, replyTo: null }, { text: "something after it" }, "after");

    expect(seen().map(({ text }) => text)[0]).toContain("the answer");
    expect(seen().some(({ text }) => text.includes("too late"))).toBe(false);
  });

  it("shows nothing of itself where that is not wanted, nor once the token has died", async () => {
    const off = await asked({ settings: { streaming: "off" } });
    off.write("The leave is");
    const late = await asked();
    late.discord.world.advance(15 * 60_000);
    late.write("The leave is");
    await late.bot.say(late.address, { text: "the answer" }, "answer");
    await off.bot.say(off.address, { text: "the answer" }, "answer");

    expect(off.discord.callsOf("PATCH original")).toHaveLength(1);
    expect(late.discord.callsOf("PATCH original")).toEqual([]);
  });
});
