import { describe, expect, it } from "vitest";
import { BOT_EVENTS, BOT_SCOPES, checkSlack, SLACK_DEFAULTS } from "../../adapters/slack/index.ts";
import { effectKey } from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import type { SlackEmulator, SlackEmulatorOptions } from "../support/slack/index.ts";
import { openScene } from "../support/slack/scene.ts";

describe("the manifest", () => {
  it("asks for exactly the scopes and events that are used", async () => {
    const { slack, bot, adapter } = await openScene({
      settings: { groups: { S1: "hr" }, prompts: ["How?"] },
    });
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    slack.world.groups.set("S1", { handle: "hr", members: new Set([ann.id]) });
    const open = slack.channel("open", { members: [ann, ben] });
    const closed = slack.channel("closed", { members: [ann], kind: "private" });
    const group = slack.channel("group", { members: [ann, ben], kind: "mpim" });
    const away = slack.channel("away", { members: [ann], withoutBot: true });
    const photo = { name: "plan.txt", mimetype: "text/plain", bytes: Buffer.from("the plan") };

    for (const channel of [open, closed, group]) {
      const asked = await slack.mention(ann, channel, "how?");
      await bot.settled();
      await slack.edit(asked, "@bot how many?");
      await bot.settled();
    }
    const asked = await slack.say(ann, slack.directMessages(ann), "see", { files: [photo] });
    await bot.settled();
    const [file] = bot.received.at(-1)?.attachments ?? [];
    const signal = new AbortController().signal;
    const bytes =
      file === undefined ? null : await adapter.files.read(file, { signal, maxBytes: 100 });
    const place = { channelId: open.id, threadId: null, platform: "slack" } as const;
    const sent = { name: "plan.txt", mediaType: null, bytes: Buffer.from("x") };
    const [shown] = bot.received;
    if (shown !== undefined) {
      const address = { ...shown.address, ...place };
      await adapter.channel.files?.put(sent, address, { key: effectKey("file"), signal });
    }
    await slack.edit(asked, "see this");
    const worthKeeping = await slack.say(ann, open, "the door code is at reception");
    await slack.react(ann, worthKeeping, "books");
    await slack.unreact(ann, worthKeeping, "books");
    await slack.pin(ann, worthKeeping);
    await slack.unpin(ann, worthKeeping);
    await bot.settled();
    await slack.slash(ann, away, "/ask", "how?");
    await slack.openHome(ann);
    await slack.openHome(ann, "messages");
    await slack.stop(ann, open, slack.messages(open, null)[0]?.ts ?? "");
    await slack.join(ben, closed);
    await slack.connect(open);
    const [first] = bot.received;
    if (first !== undefined) await adapter.settled(first.address, "forwarded");
    const [private_] = bot.received.filter(({ address }) => address.ephemeral);
    for (let turn = 0; turn < 6 && private_ !== undefined; turn += 1) {
      await bot.say(private_.address, { text: "later" }, `later-${turn}`);
    }
    await slack.until(() => slack.world.homes.size > 0 && slack.world.prompts.size > 0);
    await slack.dispatch.settled();

    expect(Buffer.from(bytes ?? []).toString()).toBe("the plan");
    expect([...slack.scopes.used].toSorted()).toEqual(Object.keys(BOT_SCOPES).toSorted());
    expect([...slack.dispatch.used].toSorted()).toEqual([...BOT_EVENTS].toSorted());
    expect(slack.calls.filter(({ error }) => error === "missing_scope")).toEqual([]);
  });
});

describe("files", () => {
  it("are read with the token at Slack only, within their size, and never as a sign-in page", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const file = { name: "plan.txt", mimetype: "text/plain", bytes: Buffer.from("the plan") };
    await slack.say(ann, slack.directMessages(ann), "see", { files: [file] });
    const [attachment] = bot.received[0]?.attachments ?? [];
    if (attachment === undefined) throw new Error("no attachment");
    const signal = new AbortController().signal;
    const elsewhere = { ...attachment, url: "https://evil.example/plan.txt" };

    await expect(adapter.files.read(elsewhere, { signal, maxBytes: 100 })).rejects.toMatchObject({
      code: "source_unreadable",
    });
    await expect(adapter.files.read(attachment, { signal, maxBytes: 4 })).rejects.toMatchObject({
      code: "source_too_large",
    });
    await expect(
      adapter.files.read({ ...attachment, sizeBytes: 0 }, { signal, maxBytes: 4 }),
    ).rejects.toMatchObject({ code: "source_too_large" });
    slack.scopes.granted.delete("files:read");
    await expect(adapter.files.read(attachment, { signal, maxBytes: 100 })).rejects.toMatchObject({
      code: "source_unreadable",
    });
  });
});

describe("a file from another organisation", () => {
  it("is looked up by its id, for messages tell no more of it", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const file = { name: "plan.txt", mimetype: "text/plain", bytes: Buffer.from("the plan") };
    const files = [{ ...file, isElsewhere: true }];
    await slack.say(ann, slack.directMessages(ann), "see", { files });
    const [attachment] = bot.received[0]?.attachments ?? [];
    if (attachment === undefined) throw new Error("no attachment");
    const signal = new AbortController().signal;

    const bytes = await adapter.files.read(attachment, { signal, maxBytes: 100 });
    slack.faults.next("files.info", { type: "error", error: "file_not_found" });
    const gone = adapter.files.read(attachment, { signal, maxBytes: 100 });

    expect(Buffer.from(bytes).toString()).toBe("the plan");
    await expect(gone).rejects.toMatchObject({ code: "source_unreadable" });
  });
});

describe("the doctor's look at Slack", () => {
  async function look(
    settings: Partial<typeof SLACK_DEFAULTS & { readonly botToken: string }>,
    options: Partial<SlackEmulatorOptions> = {},
    change: (slack: SlackEmulator) => void = () => {},
  ) {
    const slack = await startSlackFor(options);
    change(slack);
    const { botToken, appToken, apiUrl } = slack;
    const all = { ...SLACK_DEFAULTS, botToken, appToken, apiUrl, ...settings };
    const findings = await checkSlack(all, systemClock);
    await slack.close();
    return findings;
  }

  it("finds nothing wrong where nothing is", async () => {
    const findings = await look({}, {}, (slack) => void slack.channel("help"));

    expect(findings.map(({ check, status }) => [check, status])).toEqual([
      ["Slack bot token", "ok"],
      ["Slack scopes", "ok"],
      ["Slack clock", "ok"],
      ["Slack channels", "ok"],
      ["Slack admins", "warning"],
      ["Slack Socket Mode", "ok"],
    ]);
  });

  it.each([
    ["none of its own", {}, "warning", /a member of none.*\/invite/u],
    ["one that it is not in", { allowChannels: ["CAWAY"] }, "problem", /CAWAY \(not_in_channel\)/u],
    ["one that is not there", { deskChannel: "CNONE" }, "problem", /CNONE \(channel_not_found\)/u],
  ] as const)("looks at channels: %s", async (_name, settings, status, pattern) => {
    const findings = await look(settings, {}, (slack) => {
      const away = { ...slack.channel("away", { withoutBot: true }), id: "CAWAY" };
      slack.world.channels.set(away.id, away);
    });
    const found = findings.find(({ check }) => check === "Slack channels");

    expect(found).toMatchObject({ status });
    expect(`${found?.detail} ${found?.advice}`).toMatch(pattern);
  });

  it("says whom it tells what is missing, or how to name somebody", async () => {
    const people = { "slack:UADA": { role: "admin", groups: [] } } as const;
    const [named, nobody] = [await look({ people }), await look({})];
    const admins = [named, nobody].map((all) => all.find(({ check }) => check === "Slack admins"));

    expect(admins.map((found) => [found?.status, found?.detail])).toEqual([
      ["ok", "UADA"],
      ["warning", "none is named: what is missing stands in the log alone"],
    ]);
    expect(admins[0]?.advice).toBe("");
    expect(admins[1]?.advice).toContain("access.people");
  });

  it.each([
    ["a wrong token", { botToken: "xoxb-wrong" }, "Slack bot token", /invalid_auth/u],
    ["a token of another kind", { botToken: "xapp-1" }, "Slack bot token", /xoxb-/u],
    ["no app token", { appToken: null }, "Slack Socket Mode", /SLACK_APP_TOKEN/u],
    ["a wrong app token", { appToken: "xapp-wrong" }, "Slack Socket Mode", /invalid_auth/u],
    ["a bot token for an app token", { appToken: "xoxb-1" }, "Slack Socket Mode", /xapp-/u],
    ["no signing secret", { mode: "http" as const }, "Slack HTTP mode", /SLACK_SIGNING_SECRET/u],
    ["no Slack", { apiUrl: "http://127.0.0.1:1/api/" }, "Slack bot token", /not answer/u],
  ])("says what is wrong with %s, and what to do", async (_name, settings, check, pattern) => {
    const found = (await look(settings)).find((finding) => finding.check === check);

    expect(found?.status).toBe("problem");
    expect(found?.detail).toMatch(pattern);
    expect(`${found?.detail}${found?.advice}`.length).toBeGreaterThan(30);
  });

  it("names the scopes that are missing", async () => {
    const findings = await look({}, {}, (slack) => slack.scopes.granted.delete("users:read"));

    expect(findings.find(({ check }) => check === "Slack scopes")).toMatchObject({
      status: "problem",
      detail: "missing: users:read",
    });
  });

  it.each([
    [400_000, "problem"],
    [-400_000, "problem"],
    [90_000, "warning"],
  ])("tells of a clock that is %d ms off", async (skewMs, status) => {
    const findings = await look({}, { skewMs });

    expect(findings.find(({ check }) => check === "Slack clock")).toMatchObject({ status });
  });
});
