import { describe, expect, it } from "vitest";
import { z } from "zod";
import { effectKey, FrontdeskError } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import { aCase } from "../support/reply-builder.ts";
import type { DeliveryRecord } from "../support/slack/deliveries.ts";
import { openScene } from "../support/slack/scene.ts";

/** A desk with one case, whose head stands in its channel. */
async function openDesk() {
  const acts: { readonly agent: string; readonly act: DeskAct }[] = [];
  const record = aCase();
  let refusal: FrontdeskError | null = null;
  const { slack, adapter } = await openScene({
    settings: { deskChannel: "CDESK", people: { "slack:UGUS": { role: "guest", groups: [] } } },
    host: {
      office: {
        act(_id, agent, act) {
          if (refusal !== null) return Promise.reject(refusal);
          acts.push({ agent: agent.id, act });
          return Promise.resolve(true);
        },
        attend: () => Promise.resolve(),
        find: () => Promise.resolve(record),
      },
    },
  });
  const mia = slack.user("Mia", { id: "UMIA" });
  const gus = slack.user("Gus", { id: "UGUS" });
  const desk = { ...slack.channel("desk", { members: [mia, gus] }), id: "CDESK" };
  slack.world.channels.set(desk.id, desk);
  const { signal } = new AbortController();
  await adapter.board?.publish({ type: "opened", record }, { key: effectKey("opened"), signal });
  const [head] = slack.messages(desk, null);
  if (head === undefined) throw new Error("no case at the desk");
  const openWindow = async () => {
    await slack.press(mia, { channel: desk, thread: null }, "Reply …");
    await slack.until(() => slack.world.modals.length > 0, "a window");
  };
  const refuse = (error: FrontdeskError): void => {
    refusal = error;
  };
  return { slack, mia, gus, desk, head, acts, openWindow, refuse };
}

const keptOpen = z.object({
  response_action: z.literal("errors"),
  errors: z.object({ reply: z.string() }),
});

/** What stands under the field of a window that stays open; null when it closes. */
function errorIn({ outcomes }: DeliveryRecord): string | null {
  const last = outcomes.at(-1);
  const shown = keptOpen.safeParse(last?.type === "acknowledged" ? last.payload : null);
  return shown.data?.errors.reply ?? null;
}

describe("the window in which an agent writes to the customer", () => {
  it("closes when the words are on their way", async () => {
    const { slack, mia, acts, openWindow } = await openDesk();
    await openWindow();

    const sent = await slack.submit(mia, { "reply.text": " It is on its way " });

    expect(acts).toEqual([
      { agent: "slack:UMIA", act: { type: "reply", text: "It is on its way" } },
    ]);
    expect(sent.outcomes.at(-1)?.type).toBe("acknowledged");
    expect(errorIn(sent)).toBeNull();
  });

  it("stays open with what was written when its writer does not count as one of the team", async () => {
    const { slack, gus, acts, openWindow } = await openDesk();
    await openWindow();

    const sent = await slack.submit(gus, { "reply.text": "It is on its way" });

    expect(acts).toEqual([]);
    expect(errorIn(sent)).toMatch(/not sent.*guests cannot.*keep a copy/u);
  });

  it("stays open with what was written when the case is not the agent's", async () => {
    const { slack, mia, openWindow, refuse } = await openDesk();
    await openWindow();
    refuse(new FrontdeskError("case_taken", "somebody else has it"));

    const sent = await slack.submit(mia, { "reply.text": "It is on its way" });

    expect(errorIn(sent)).toContain("somebody else has this case");
  });

  it("asks for words when there are none", async () => {
    const { slack, mia, acts, openWindow } = await openDesk();
    await openWindow();

    const sent = await slack.submit(mia, { "reply.text": "  " });

    expect(acts).toEqual([]);
    expect(errorIn(sent)).toBe("Nothing is written here yet.");
  });

  it("says what to do instead when it could not be opened in time", async () => {
    const { slack, mia, desk, head } = await openDesk();
    slack.faults.next("views.open", { type: "error", error: "expired_trigger_id" });

    await slack.press(mia, { channel: desk, thread: null }, "Reply …");
    const told = await slack.until(() =>
      slack.messages(desk, head.ts, mia).find(({ isEphemeral }) => isEphemeral),
    );

    expect(told.text).toContain("Press the button again, or write `!r TEXT`");
  });
});

describe("a Slack that is slow to say who somebody is", () => {
  /** Longer than Slack waits for an acknowledgement; shorter than a test would. */
  const SLOW = { type: "slow", ms: 3_200 } as const;

  it("is acknowledged before it says so, whatever an agent presses, writes or sends", async () => {
    const { slack, desk, head, acts, openWindow } = await openDesk();
    await openWindow();
    slack.faults.always("users.info", SLOW);
    const before = slack.dispatch.records.length;
    const others = ["Ed", "Fay"].map((name) => slack.user(name));
    const [ed, fay] = others;
    if (ed === undefined || fay === undefined) throw new Error("nobody");
    for (const { id } of others) desk.members.add(id);

    const [, , sent] = await Promise.all([
      slack.press(ed, { channel: desk, thread: null }, "Claim"),
      slack.threadReply(fay, desk, head.ts, "a note"),
      slack.submit(slack.user("Gil"), { "reply.text": "It is on its way" }),
    ]);
    const outcomes = slack.dispatch.records.slice(before).map((record) => record.outcomes);
    const atOnce = acts.length;
    await slack.until(() => acts.length === 2, "what was pressed and written is done");

    expect(outcomes.map((all) => all.map(({ type }) => type))).toEqual(
      outcomes.map(() => ["acknowledged"]),
    );
    expect(atOnce).toBe(0);
    expect(acts.map(({ agent, act }) => [agent, act.type]).toSorted()).toEqual(
      [
        [`slack:${ed.id}`, "claim"],
        [`slack:${fay.id}`, "note"],
      ].toSorted(),
    );
    expect(errorIn(sent)).toMatch(/not sent.*who you are.*keep a copy/u);
  });
});
