import { expect, it } from "vitest";
import { naughtyStrings } from "../../support/naughty-strings.ts";
import { answersIn, type Installation, isDraft } from "./installation.ts";

/** What goes wrong, one after the other: the process is killed, odd strings come, and it is told to end. */
export function hardship(at: () => Installation): void {
  it("says it once when it is killed after the post and before its receipt", async () => {
    const { slack, restart } = at();
    const { ann, channel: help } = at().place("kill");
    slack.faults.next("chat.postMessage", { type: "hang", when: "after" });
    const posts = () =>
      slack.callsOf("chat.postMessage").filter((one) => one.args["channel"] === help.id);
    const looks = () =>
      slack.callsOf("conversations.replies").filter((one) => one.args["channel"] === help.id);

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const answers = () => answersIn(slack, help, asked.ts);
    await slack.until(() => answers()[0], "the post");
    await restart("kill");
    await slack.until(() => looks().length > 0, "a look back");
    const again = await slack.threadReply(ann, help, asked.ts, "@bot How is the lamp lit?");
    await slack.until(() => answers().length > 1, "the next answer");

    expect(posts()).toHaveLength(2);
    expect(answers().map(({ metadata }) => metadata?.event_payload["q"])).toEqual([
      asked.ts,
      again.ts,
    ]);
  });

  it("copes with every odd string as message, topic and name, and answers each", async () => {
    const { slack, app } = at();
    const odd = naughtyStrings.map((text) => text.slice(0, 1_000));
    const threads = await Promise.all(
      odd.map(async (text) => {
        const user = slack.user(text, { realName: text });
        const channel = slack.channel(text, { members: [user], topic: text });
        const asked = await slack.mention(user, channel, `How is the lighthouse lamp lit? ${text}`);
        return { user, channel, asked };
      }),
    );

    // Slack tells of fifty channels a minute who reads along: where that is unknown, the asker alone is answered.
    for (const { user, channel, asked } of threads) {
      const seen = () =>
        slack
          .messages(channel, asked.ts, user)
          .filter((message) => message.isBot && !isDraft(message));
      const answer = await slack.until(() => seen().at(-1), `an answer to ${user.name}`);

      expect(answer.text).not.toBe("");
      expect(seen()).toHaveLength(1);
    }
    expect(app().command.child.exitCode).toBeNull();
  });

  it("ends properly when told to", async () => {
    expect(await at().app().stop()).toBe(0);
  });
}
