import { describe, expect, it, onTestFinished } from "vitest";
import { caseId, effectKey, FrontdeskError } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskBoard, DeskUpdate } from "../../src/ports/desk.ts";
import { createSqliteKeyedMemory } from "../../src/runtime/index.ts";
import { adapterFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import { startDiscord } from "../support/discord/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { aCase } from "../support/reply-builder.ts";

const VIEW = 1n << 10n;
const { signal } = new AbortController();

/** A desk with one case, and two people before it. */
async function openDesk(kind: "forum" | "channel" = "forum", features: readonly string[] = []) {
  const discord = await startDiscord({ limits: QUICK_LIMITS });
  onTestFinished(() => discord.close());
  const [mia, ben] = [discord.user("Mia"), discord.user("Ben")];
  const guild = discord.guild("Acme", { members: [mia, ben], features });
  const desk = kind === "forum" ? discord.forum(guild, "desk") : discord.channel(guild, "desk");
  const acts: { readonly agent: string; readonly act: DeskAct }[] = [];
  const attended: { readonly agent: string; readonly isThere: boolean }[] = [];
  let refusal: FrontdeskError | null = null;
  const office = {
    act(_id: string, { id: agent }: { readonly id: string }, act: DeskAct) {
      if (refusal !== null) return Promise.reject(refusal);
      acts.push({ agent, act });
      return Promise.resolve(true);
    },
    attend({ id: agent }: { readonly id: string }, isThere: boolean) {
      attended.push({ agent, isThere });
      return Promise.resolve();
    },
    find: () => Promise.resolve(aCase()),
  };
  const memoryClock = createFakeClock();
  const memory = createSqliteKeyedMemory({ file: ":memory:", clock: memoryClock });
  onTestFinished(() => memory.close());
  const adapterAt = (deskChannel: string) =>
    adapterFor(discord, silentHost({ office }), { memory, settings: { deskChannel } });
  const adapter = adapterAt(desk.id);
  await adapter.start();
  onTestFinished(() => adapter.close());
  await discord.until(() => discord.gateway.counts.identified > 0, "a session");
  let step = 0;
  const publishOn = async (board: DeskBoard | null, update: DeskUpdate, key?: string) => {
    step += 1;
    await board?.publish(update, { key: effectKey(key ?? `step ${step}`), signal });
  };
  const publish = (update: DeskUpdate, key?: string) => publishOn(adapter.board, update, key);
  /** As a process does whose configuration names another desk. */
  const publishAt = async (channel: string, update: DeskUpdate) => {
    const other = adapterAt(channel);
    onTestFinished(() => other.close());
    await publishOn(other.board, update);
  };
  await publish({ type: "opened", record: aCase() });
  const cases = () =>
    [...discord.world.channels.values()].filter(({ parentId }) => parentId === desk.id);
  const [post] = cases();
  if (post === undefined) throw new Error("no case at the desk");
  const refuse = (error: FrontdeskError): void => {
    refusal = error;
  };
  return {
    discord,
    mia,
    ben,
    guild,
    desk,
    post,
    acts,
    attended,
    cases,
    publish,
    publishAt,
    refuse,
    forgetFor: (days: number) => memoryClock.advance(days * 24 * 3_600_000),
  };
}

const word: DeskUpdate = {
  type: "entry",
  caseId: caseId("case-1"),
  entry: { kind: "customer", name: "Ann", text: "hello?", at: 1 },
};
const resolved: DeskUpdate = {
  type: "state",
  caseId: caseId("case-1"),
  state: "resolved",
  agent: "Mia",
  at: 2,
};

describe("a desk in Discord", () => {
  it("opens a thread that has gone to sleep, for a word and for a change of its head", async () => {
    const { discord, post, publish } = await openDesk();
    post.isArchived = true;
    await publish(word);
    expect(post.isArchived).toBe(false);

    post.isArchived = true;
    discord.faults.clear();
    await publish({ ...resolved, state: "claimed", agent: null });

    expect(post.isArchived).toBe(false);
    expect(discord.messages(post).some(({ text }) => text.includes("hello?"))).toBe(true);
  });

  it("gives a case another thread when somebody deleted the first", async () => {
    const { discord, post, cases, publish } = await openDesk();
    discord.world.channels.delete(post.id);

    await publish(word);

    const [other] = cases();
    if (other === undefined) throw new Error("no other thread");
    const texts = discord.messages(other).map(({ text }) => text);
    expect(texts[0]).toContain("case-1");
    expect(texts.join("\n")).toContain("I lost my parking permit");
    expect(texts.at(-1)).toContain("hello?");
  });

  it("waits while its channel is gone or shut to the bot, and goes on when it is back", async () => {
    const { discord, desk, post, publish } = await openDesk("channel");
    const away = { code: "desk_unavailable", retryable: true };
    discord.world.channels.delete(post.id);
    discord.world.channels.delete(desk.id);
    await expect(publish(word)).rejects.toMatchObject(away);
    discord.world.channels.set(desk.id, desk);
    desk.overwrites.push({ id: desk.guildId ?? "", type: 0, allow: 0n, deny: VIEW });
    await expect(publish(word)).rejects.toMatchObject(away);
    desk.overwrites.pop();
    const heads = () => discord.messages(desk).filter(({ text }) => text.includes("case-1")).length;

    await publish(word);

    // The thread is opened anew under the head that is there.
    expect(heads()).toBe(1);
    const thread = [...discord.world.channels.values()].find(
      ({ parentId }) => parentId === desk.id,
    );
    if (thread === undefined) throw new Error("no thread");
    expect(discord.messages(thread).some(({ text }) => text.includes("hello?"))).toBe(true);
  });

  it.each(["forum", "channel"] as const)(
    "keeps what happens in a case whose thread is locked for when it is not, and shows other cases, in a %s",
    async (kind) => {
      const { discord, post, publish } = await openDesk(kind);
      const shut = { code: "case_thread_shut", retryable: true };
      const other = caseId("case-2");
      post.isLocked = true;
      post.isArchived = true;

      await expect(publish(word)).rejects.toMatchObject(shut);
      await expect(publish(resolved)).rejects.toMatchObject(shut);
      await publish({ type: "opened", record: aCase({ id: other }) });
      await publish({ ...word, caseId: other });
      Object.assign(post, { isLocked: false });
      await publish(word);

      const said = discord.messages(post).filter(({ text }) => text.includes("hello?"));
      expect(said).toHaveLength(1);
    },
  );

  it("keeps a line that is changed in a locked thread for when it is not", async () => {
    const { discord, post, publish } = await openDesk();
    const line = { kind: "customer", name: "Ann", at: 1, line: "L1" } as const;
    const id = caseId("case-1");
    await publish({ type: "entry", caseId: id, entry: { ...line, text: "red" } });
    Object.assign(post, { isLocked: true, isArchived: true });
    const blue = { ...line, text: "blue", revision: "edited" } as const;

    await expect(publish({ type: "revised", caseId: id, entry: blue })).rejects.toMatchObject({
      code: "case_thread_shut",
    });
    Object.assign(post, { isLocked: false });
    await publish({ type: "revised", caseId: id, entry: blue });

    const texts = discord.messages(post).map(({ text }) => text);
    expect(texts.some((text) => text.includes("blue"))).toBe(true);
    expect(texts.some((text) => text.includes("red"))).toBe(false);
  });

  it.each([
    ["forum", "POST post"],
    ["channel", "POST thread"],
  ] as const)(
    "opens a case in a %s once there is room for one more active thread",
    async (kind, route) => {
      const { discord, desk, cases, publish } = await openDesk(kind);
      const opened = { type: "opened", record: aCase({ id: caseId("case-2") }) } as const;
      const full = { type: "error", status: 400, code: 160_006 } as const;
      discord.faults.next(route, full, 2);

      for (let tries = 0; tries < 2; tries += 1) {
        const tried = publish(opened, "opened");
        await expect(tried).rejects.toMatchObject({ code: "case_thread_shut" });
      }
      await publish(opened, "opened");

      expect(cases()).toHaveLength(2);
      const heads = discord.messages(desk).filter(({ text }) => text.includes("case-2"));
      expect(heads).toHaveLength(kind === "channel" ? 1 : 0);
    },
  );

  it("gives a case a thread in the channel that the configuration names now", async () => {
    const { discord, guild, publishAt } = await openDesk("channel");
    const other = discord.channel(guild, "new desk");

    await publishAt(other.id, { type: "opened", record: aCase() });
    await publishAt(other.id, word);

    const thread = [...discord.world.channels.values()].find(
      ({ parentId }) => parentId === other.id,
    );
    if (thread === undefined) throw new Error("no thread");
    const texts = discord.messages(thread).map(({ text }) => text);
    expect(texts.join("\n")).toContain("I lost my parking permit");
    expect(texts.at(-1)).toContain("hello?");
    expect(texts.some((text) => text.includes("The customer is back"))).toBe(false);
  });

  it("gives a case to whom a mention means, and says so when it means nobody", async () => {
    const { discord, mia, ben, post, acts } = await openDesk();

    discord.say(mia, post, `!assign <@${ben.id}>`);
    await discord.until(() => acts.length === 1);
    discord.say(mia, post, "!assign the boss");
    const told = await discord.until(() =>
      discord.messages(post).find(({ text }) => text.includes("I cannot tell who the boss is")),
    );

    expect(acts[0]?.act).toEqual({ type: "assign", to: "Ben", toBy: `discord:${ben.id}` });
    expect(told.rung).toEqual([]);
  });

  it("gives back the whole of a long text that nobody took", async () => {
    const { discord, mia, post, acts, refuse } = await openDesk();
    const text = `${"words ".repeat(600)}the end`;
    refuse(new FrontdeskError("case_taken", "somebody else has it"));

    const window = await discord.press(mia, post, "Reply …");
    await discord.fill(mia, window, text);
    const told = await discord.until(() =>
      discord.messages(post, mia).find(({ files }) => files.length > 0),
    );

    expect(told.isEphemeral).toBe(true);
    expect(told.text).toContain("somebody else has this case");
    expect(told.files[0]?.text).toBe(text);
    expect(acts).toEqual([]);
  });

  it("lets in an open server whoever was let into a desk that is shut to the others, and nobody into an open one", async () => {
    const { discord, mia, ben, guild, desk, post, acts } = await openDesk("forum", ["COMMUNITY"]);
    discord.say(mia, post, "!claim");
    await discord.until(() =>
      discord.messages(post).some(({ text }) => text.includes("guests cannot")),
    );
    expect(acts).toEqual([]);

    const team = discord.role(guild, "Team");
    const own = [...guild.roles.values()].find(({ botId }) => botId !== undefined)?.id ?? "";
    desk.overwrites.push(
      { id: guild.id, type: 0, allow: 0n, deny: VIEW },
      { id: team, type: 0, allow: VIEW, deny: 0n },
      { id: own, type: 0, allow: VIEW, deny: 0n },
    );
    discord.join(ben, guild, [team]);
    // What was learnt of the door holds for a minute.
    discord.world.advance(61_000);
    discord.say(ben, post, "!claim");
    await discord.until(() => acts.length === 1);

    expect(acts[0]?.agent).toBe(`discord:${ben.id}`);
  });

  it("knows its lines and those of its agents for as long as the case may be open", async () => {
    const { discord, mia, post, acts, publish, forgetFor } = await openDesk();
    const note = discord.say(mia, post, "a note");
    await discord.until(() => acts.length === 1);
    const said = { kind: "customer", name: "Ann", at: 1, line: "m1" } as const;
    const id = caseId("case-1");
    await publish({ type: "entry", caseId: id, entry: { ...said, text: "room 12" } });

    forgetFor(60);
    const entry = { ...said, text: "", revision: "deleted" } as const;
    await publish({ type: "revised", caseId: id, entry });
    discord.delete(note);
    await discord.until(() => acts.length === 2);

    const shown = discord.messages(post).map(({ text }) => text);
    expect(shown.join()).not.toContain("room 12");
    expect(shown.filter((text) => text.includes("Ann deleted this message"))).toHaveLength(1);
    expect(acts[1]?.act).toEqual({ type: "withdraw", of: "note" });
  });

  it("hears in its channel itself who comes and goes", async () => {
    const { discord, mia, desk, attended } = await openDesk("channel");

    discord.say(mia, desk, "!online");
    await discord.until(() =>
      discord.messages(desk).find(({ text }) => text.includes("You are at the desk")),
    );
    discord.say(mia, desk, "!away");
    await discord.until(() => attended.length === 2);

    expect(attended).toEqual([
      { agent: `discord:${mia.id}`, isThere: true },
      { agent: `discord:${mia.id}`, isThere: false },
    ]);
  });

  it("takes part in no talk of the team, and leaves other threads to the bot", async () => {
    const { discord, mia, desk, post, acts } = await openDesk("channel");
    const other = discord.thread(desk, "lunch");

    discord.say(mia, other, "!claim");
    discord.say(mia, post, "hm");
    await discord.until(() => acts.length === 1);

    expect(acts[0]?.act).toEqual({ type: "note", text: "hm" });
  });
});
