import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { caseId, effectKey } from "../../src/core/index.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import { aCase } from "../support/reply-builder.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor } from "../support/slack/adapter.ts";
import type { DeliveryRecord } from "../support/slack/deliveries.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";
import { type BoardBench, describeBoard } from "./board-suite.ts";

const DESK = "CDESK";
/** Everything by which Slack calls people. */
const CALL = /<(?:@|!(?:subteam\^)?)([A-Za-z0-9]+)[^>]*>/gu;
const keptOpen = z.object({
  response_action: z.literal("errors"),
  errors: z.object({ reply: z.string() }),
});
const buttonsSchema = z.array(
  z.object({
    type: z.string(),
    elements: z.array(z.object({ text: z.object({ text: z.string() }) })).optional(),
  }),
);

function errorIn({ outcomes }: DeliveryRecord): readonly string[] {
  const last = outcomes.at(-1);
  const shown = keptOpen.safeParse(last?.type === "acknowledged" ? last.payload : null);
  return shown.success ? [shown.data.errors.reply] : [];
}

interface SlackBench extends BoardBench {
  /** From when on posts of the desk's channel were looked through, once for every look. */
  looks(): readonly unknown[];
  /** Lines of threads that are shown in the channel as well. */
  inChannel(): readonly string[];
}

async function openDesk(office: DeskOffice): Promise<SlackBench> {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  const bot = scriptedBot(() => null, { office });
  const adapter = adapterFor(slack, bot.host, {
    settings: {
      deskChannel: DESK,
      deskCallees: { desk: ["slack:UGUS"], teams: { billing: ["slack:SBILL", "discord:1"] } },
      people: { "slack:UGUS": { role: "guest", groups: [] } },
    },
  });
  await adapter.start();
  await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
  const people = {
    mia: slack.user("Mia", { id: "UMIA" }),
    gus: slack.user("Gus", { id: "UGUS" }),
  };
  const desk = { ...slack.channel("desk", { members: [people.mia, people.gus] }), id: DESK };
  slack.world.channels.set(desk.id, desk);
  const { board } = adapter;
  if (board === null) throw new Error("no desk");
  const head = () => {
    const last = slack.messages(desk, null).at(-1);
    if (last === undefined) throw new Error("no case at the desk");
    return last;
  };
  const refused: string[] = [];
  return {
    board,
    heads: () => slack.messages(desk, null).map(({ text }) => text),
    buttons: () =>
      buttonsSchema
        .parse(slack.world.find(desk.id, head().ts)?.blocks ?? [])
        .flatMap(({ elements = [] }) => elements.map(({ text }) => text.text)),
    lines: () =>
      slack
        .messages(desk, head().ts)
        .filter(({ isBot, ts }) => isBot && ts !== head().ts)
        .map(({ text }) => text),
    told: (person) =>
      slack
        .messages(desk, head().ts, people[person])
        .filter(({ isEphemeral }) => isEphemeral)
        .map(({ text }) => text),
    refusals: () => refused,
    async write(person, text) {
      const message = await slack.threadReply(people[person], desk, head().ts, text);
      return {
        origin: `slack:${desk.id}/${message.ts}`,
        async edit(now) {
          await slack.edit(message, now);
        },
        isMarked: () => slack.world.reactions.some((one) => one.message.endsWith(message.ts)),
      };
    },
    async press(person, label) {
      await slack.press(people[person], { channel: desk, thread: null }, label);
    },
    async fill(person, label, text) {
      const before = slack.world.modals.length;
      await slack.press(people[person], { channel: desk, thread: null }, label);
      await slack.until(() => slack.world.modals.length > before, "a window");
      refused.push(...errorIn(await slack.submit(people[person], { "reply.text": text })));
    },
    files: () =>
      slack.world.messages
        .filter(({ channel, threadTs }) => channel === desk.id && threadTs === head().ts)
        .flatMap(({ files }) => files.map(({ name, bytes }) => `${name}: ${bytes.toString()}`)),
    async attach(person, text, name) {
      const file = { name, mimetype: "text/plain", bytes: Buffer.from("x") };
      await slack.say(people[person], desk, text, { thread: head().ts, files: [file] });
    },
    loseNextFile: () =>
      slack.faults.next("files.completeUploadExternal", {
        type: "status",
        status: 500,
        when: "after",
      }),
    rung: () =>
      slack
        .messages(desk, head().ts)
        .filter(({ isBot }) => isBot)
        .flatMap(({ text }) => [...text.matchAll(CALL)].map((found) => found[1] ?? "")),
    idOf: (person) => `slack:${people[person].id}`,
    group: () => "SBILL",
    loseNextPost: () =>
      slack.faults.next("chat.postMessage", { type: "status", status: 500, when: "after" }),
    forbidFiles: () => void slack.scopes.granted.delete("files:write"),
    dismiss(person) {
      people[person].isDeleted = true;
    },
    hasLeft: async (person) =>
      (await adapter.hasLeft?.(people[person].id, { signal: new AbortController().signal })) ===
      true,
    until: (look) => slack.until(look),
    inChannel: () =>
      slack.world.messages
        .filter(({ subtype }) => subtype === "thread_broadcast")
        .map(({ text }) => text),
    looks: () =>
      slack
        .callsOf("conversations.history")
        .filter(({ args }) => args["channel"] === desk.id && "include_all_metadata" in args)
        .map(({ args }) => args["oldest"] ?? null),
    async close() {
      await adapter.close();
      await slack.close();
    },
  };
}

function nobodyAsked(): DeskOffice {
  return {
    act: () => Promise.resolve(true),
    attend: () => Promise.resolve(),
    find: () => Promise.reject(new Error("nobody asks")),
  };
}

describeBoard("Slack", openDesk);

describe("a desk on Slack whose case nobody has", () => {
  const { signal } = new AbortController();

  it("says so in the channel as well, and what somebody has to do in the thread alone", async () => {
    const bench = await openDesk(nobodyAsked());
    onTestFinished(() => bench.close());
    const record = aCase();
    await bench.board.publish({ type: "opened", record }, { key: effectKey("1"), signal });
    const tell = (text: string, agent: string | null) => {
      const said = { kind: "event", name: "", text, at: 5, calls: { agent, team: null } } as const;
      const update = { type: "entry", caseId: record.id, entry: said } as const;
      return bench.board.publish(update, { key: effectKey(text), signal });
    };
    await tell("nobody has it", null);
    await tell("Mia, answer", "slack:UMIA");

    expect(bench.inChannel()).toEqual([expect.stringContaining("nobody has it")]);
  });
});

describe("a desk on Slack with a long history", () => {
  const { signal } = new AbortController();

  it("reads none of it for a new case, and after a try that may have arrived only what came since", async () => {
    const bench = await openDesk(nobodyAsked());
    onTestFinished(() => bench.close());
    const openedAt = Date.now();
    const [first, second] = ["C-1", "C-2"].map((id) => aCase({ id: caseId(id), openedAt }));
    if (first === undefined || second === undefined) throw new Error("no cases");
    await bench.board.publish({ type: "opened", record: first }, { key: effectKey("1"), signal });
    const before = bench.looks();
    const again = { key: effectKey("2"), signal, isRetry: true };
    await bench.board.publish({ type: "opened", record: second }, again);

    const oldest = ((openedAt - 10 * 60_000) / 1_000).toFixed(6);
    expect(before).toEqual([]);
    expect(bench.looks()).toEqual([oldest]);
    expect(bench.heads()).toHaveLength(2);
  });
});
