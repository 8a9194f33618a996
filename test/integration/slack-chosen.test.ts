import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Reply, ReplyAddress } from "../../src/core/index.ts";
import type { SlackUser } from "../support/slack/index.ts";
import { openScene } from "../support/slack/scene.ts";

const QUESTION: Partial<Reply> = {
  decision: "clarify",
  text: "Which leave do you mean?",
  options: ["Annual leave", "Parental leave"].map((label, n) => ({ id: `o${n}`, label })),
  citations: [],
};

const chosenSchema = z.object({ optionId: z.string(), address: z.custom<ReplyAddress>() });

/** A question that was asked back about. */
async function askedBack() {
  const { slack, bot } = await openScene({ script: () => null });
  const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
  const help = slack.channel("help", { members: [ann, ben] });
  const asked = await slack.mention(ann, help, "how many days?");
  const [first] = bot.received;
  if (first === undefined) throw new Error("nothing was received");
  await bot.say(first.address, QUESTION, "a");
  const choices = () =>
    bot.told.flatMap(({ event }) =>
      event.type === "option.chosen" ? [chosenSchema.parse(event)] : [],
    );
  /** Chooses, and answers the choice. */
  const choose = async (user: SlackUser, label: string) => {
    const before = choices().length;
    await slack.press(user, { channel: help, thread: asked.ts }, label);
    const chosen = choices()[before];
    if (chosen === undefined) throw new Error(`${label} was not passed on`);
    await bot.say(chosen.address, { text: `About ${label}`, citations: [] }, `answer ${before}`);
    await slack.until(() => !shown().some((text) => text === QUESTION.text), "what was chosen");
  };
  const shown = () =>
    slack.messages(help, asked.ts).flatMap(({ isBot, text }) => (isBot ? [text] : []));
  return { slack, bot, ann, ben, help, asked, choices, choose, shown };
}

describe("a question back that was answered by a press", () => {
  it("is taken back with the question, and so is what answered the press", async () => {
    const { slack, bot, ann, asked, choose, shown, choices } = await askedBack();
    await choose(ann, "Annual leave");

    await slack.delete(asked);
    await slack.until(() => shown().length === 0, "an empty thread");
    const [chosen] = choices();
    if (chosen === undefined) throw new Error("nothing was chosen");
    await bot.say(chosen.address, { text: "too late" }, "late");

    expect(shown()).toEqual([]);
    // What is still being written for the press has no reader any more either.
    expect(bot.told.at(-1)?.event).toMatchObject({ type: "stop.requested", by: ann.id });
    const turns = z.array(z.string()).parse(bot.told.at(-1)?.event["of"]);
    expect(turns).toContain(bot.received[0]?.id);
    expect(turns).toContain(chosen.address.replyTo);
  });

  it("stays with what answered the press when somebody else chose", async () => {
    const { slack, ben, asked, choose, shown } = await askedBack();
    await choose(ben, "Annual leave");

    await slack.delete(asked);
    await slack.until(() => slack.callsOf("chat.delete").length > 0, "a deletion");

    expect(shown().map((text) => text.split("\n")[0])).toEqual(["About Annual leave"]);
  });

  it("can be answered anew in its place when the question was mended, and the earlier choice's answer is gone", async () => {
    const { slack, bot, ann, asked, choices, choose, shown } = await askedBack();
    await choose(ann, "Annual leave");

    await slack.edit(asked, "@bot how many days in the first year?");
    const [, mended] = await slack.until(() => bot.received.length === 2 && bot.received);
    if (mended === undefined) throw new Error("nothing was received");
    await bot.say(mended.address, QUESTION, "b");
    await slack.until(() => shown().length === 1, "one question back");
    await choose(ann, "Parental leave");

    expect(choices().map(({ optionId }) => optionId)).toEqual(["o0", "o1"]);
    expect(shown().map((text) => text.split("\n")[0])).toEqual([
      QUESTION.text,
      "About Parental leave",
    ]);
  });
});
