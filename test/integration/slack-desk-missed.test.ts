import { expect, it, onTestFinished } from "vitest";
import { effectKey } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import { aCase } from "../support/reply-builder.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor, testMemory } from "../support/slack/adapter.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const TUNING = { silenceMs: 600_000, lostAfterMs: 400, retryMs: 20 };

/** A desk with one case, whose bot comes and goes. */
async function openDesk() {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  onTestFinished(() => slack.close());
  const memory = testMemory();
  const mia = slack.user("Mia", { id: "UMIA" });
  const desk = { ...slack.channel("desk", { members: [mia] }), id: "CDESK" };
  slack.world.channels.set(desk.id, desk);
  const record = aCase();
  const acts: DeskAct[] = [];
  const comings: boolean[] = [];
  const office: DeskOffice = {
    act(_id, _agent, act) {
      acts.push(act);
      return Promise.resolve(true);
    },
    attend(_agent, isThere) {
      comings.push(isThere);
      return Promise.resolve();
    },
    find: () => Promise.resolve(record),
  };
  const start = async () => {
    const bot = scriptedBot(() => null, { office });
    const settings = { deskChannel: desk.id };
    const adapter = adapterFor(slack, bot.host, { memory, settings, attention: TUNING });
    const greeted = slack.callsOf("auth.test").length;
    await adapter.start();
    onTestFinished(() => adapter.close());
    await slack.until(() => slack.callsOf("auth.test").length >= greeted + 2, "a greeting");
    return { adapter, bot };
  };
  const leave = async ({ adapter }: Awaited<ReturnType<typeof start>>) => {
    await adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
  };
  return { slack, mia, desk, record, acts, comings, start, leave };
}

it("what agents write at the desk on Slack while nobody listens is done afterwards, in its order and once", async () => {
  const { slack, mia, desk, record, acts, comings, start, leave } = await openDesk();
  const first = await start();
  const call = { key: effectKey("opened"), signal: new AbortController().signal };
  await first.adapter.board?.publish({ type: "opened", record }, call);
  const [head] = slack.messages(desk, null);
  if (head === undefined) throw new Error("no case at the desk");
  await slack.threadReply(mia, desk, head.ts, "!claim");
  await slack.until(() => acts.length === 1, "the claim");
  await leave(first);

  await slack.threadReply(mia, desk, head.ts, "!r Room 12");
  await slack.threadReply(mia, desk, head.ts, "a difficult one");
  await slack.say(mia, desk, "!away");
  const second = await start();
  await slack.until(() => acts.length === 3 && comings.length === 1, "what was missed");
  await leave(second);
  const { bot } = await start();

  expect(acts).toEqual([
    { type: "claim" },
    { type: "reply", text: "Room 12" },
    { type: "note", text: "a difficult one" },
  ]);
  expect(comings).toEqual([false]);
  expect([...second.bot.received, ...bot.received]).toEqual([]);
});
