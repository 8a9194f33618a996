import { describe, expect, it, onTestFinished } from "vitest";
import { boardKind } from "../../flows/index.ts";
import { createBoardEffect, createWatchedBoard } from "../../src/application/index.ts";
import { type CaseRecord, caseId } from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import type { DeskOffice, DeskUpdate } from "../../src/ports/desk.ts";
import { type Logger, silentLogger } from "../../src/ports/logger.ts";
import { createDeadLetterOffice } from "../../src/runtime/index.ts";
import { aCase } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createRuntimeWorld } from "../support/runtime-world.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor, testMemory } from "../support/slack/adapter.ts";
import type { SlackChannel } from "../support/slack/index.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const CASES = ["C-one", "C-two", "C-three"];
const WORDS = ["first", "second", "third"];

const office: DeskOffice = {
  act: () => Promise.resolve(true),
  attend: () => Promise.resolve(),
  find: (id) => Promise.resolve(aCase({ id })),
};

/** Changes of cases on their way to a desk in Slack. */
async function openDesk() {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  onTestFinished(() => slack.close());
  const world = await createRuntimeWorld();
  onTestFinished(() => world.dispose());
  const memory = testMemory();
  const logged: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (_, message) => void logged.push(message),
    info: (_, message) => void logged.push(message),
    child: () => logger,
  };
  const boardIn = ({ id }: SlackChannel) => {
    const bot = scriptedBot(() => null, { office });
    const adapter = adapterFor(slack, bot.host, { memory, settings: { deskChannel: id } });
    onTestFinished(() => adapter.close());
    if (adapter.board === null) throw new Error("no desk");
    const options = { name: `slack:${id}`, clock: systemClock, logger, askEveryMs: 20 };
    return createWatchedBoard(adapter.board, options);
  };
  const startAt = async (desk: SlackChannel) => {
    const board = boardIn(desk);
    const engine = await world.startWorker({
      kinds: [boardKind()],
      effects: { "board.show": createBoardEffect(board) },
      tuning: { deliveryAttempts: 2, outageRetryCapMs: 40 },
    });
    return { board, engine };
  };
  const tell = async (id: string, update: DeskUpdate): Promise<void> => {
    await world.tell({ kind: "board", id }, { type: "board.changed", update });
  };
  const say = (id: string, text: string) => {
    const entry = { kind: "customer", name: "Ann", text, at: 1 } as const;
    return tell(id, { type: "entry", caseId: caseId(id), entry });
  };
  const open = (id: string): Promise<void> => {
    const record: CaseRecord = aCase({ id: caseId(id) });
    return tell(id, { type: "opened", record });
  };
  const headOf = (desk: SlackChannel, id: string) =>
    slack.messages(desk, null).filter(({ text }) => text.includes(id));
  /** What the customer said, as it stands in the thread of a case. */
  const said = (desk: SlackChannel, id: string): readonly string[] =>
    slack
      .messages(desk, headOf(desk, id)[0]?.ts ?? "none")
      .flatMap(({ text }) => WORDS.filter((word) => text.endsWith(word)));
  const posts = () => slack.callsOf("chat.postMessage").length;
  const letters = () => createDeadLetterOffice(world.store).list({ limit: 1 });
  return { slack, logged, startAt, open, say, headOf, said, posts, letters };
}

describe("a desk whose Slack channel is gone", () => {
  it("keeps what happens for the channel, asks now and then, and goes on in order when it is back", async () => {
    const { slack, logged, startAt, open, say, headOf, said, posts, letters } = await openDesk();
    const desk = slack.channel("desk");
    const { board } = await startAt(desk);
    await open("C-one");
    await say("C-one", "first");
    await eventually("the case is there", () => said(desk, "C-one").length === 1);

    desk.isArchived = true;
    for (const id of CASES.slice(1)) await open(id);
    for (const id of CASES) {
      for (const word of id === "C-one" ? WORDS.slice(1) : WORDS) await say(id, word);
    }
    await eventually("the operator is told", () => board.status().state === "degraded");
    for (let tries = 0; tries < 2; tries += 1) {
      const tried = posts();
      await eventually("somebody asks", () => posts() > tried);
    }
    const away = board.status();
    desk.isArchived = false;
    for (const id of CASES) {
      await eventually(`${id} is there`, () => said(desk, id).length >= WORDS.length);
    }

    expect(away.detail).toContain("is_archived");
    expect(CASES.map((id) => said(desk, id))).toEqual(CASES.map(() => WORDS));
    expect(CASES.map((id) => headOf(desk, id).length)).toEqual([1, 1, 1]);
    expect(await letters()).toEqual([]);
    expect(board.status()).toMatchObject({ state: "ok" });
    expect(logged).toEqual([
      expect.stringMatching(/^the desk cannot be used/u),
      "the desk can be used again",
    ]);
  });

  it("goes on in another channel when the configuration names one", async () => {
    const { slack, startAt, open, say, headOf, said, letters } = await openDesk();
    const desk = slack.channel("desk");
    const { engine, board } = await startAt(desk);
    await open("C-one");
    await say("C-one", "first");
    await eventually("the case is there", () => said(desk, "C-one").length === 1);
    slack.world.channels.delete(desk.id);
    await say("C-one", "second");
    await eventually("it is gone", () => board.status().state === "degraded");
    await engine.drain({ timeoutMs: 1_000 });

    const other = slack.channel("new desk");
    await startAt(other);
    await say("C-one", "third");
    await eventually("the words are there", () => said(other, "C-one").length >= 2);

    expect(said(other, "C-one")).toEqual(["second", "third"]);
    expect(headOf(other, "C-one")).toHaveLength(1);
    expect(await letters()).toEqual([]);
  });
});
