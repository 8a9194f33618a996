import { expect, it } from "vitest";
import { jsonOf, runCommand } from "../../support/cli.ts";
import { signedHeaders } from "../../support/slack/index.ts";
import { answerIn, answersIn, type Installation, type Mode } from "./installation.ts";

/** Where it happens. */
export const EVERYDAY_PLACES = [
  "clarify",
  "slash",
  "pay",
  "file",
  "thumbs",
  "two",
  "edit",
] as const;

/**
 * What happens on an ordinary day, each in a channel of its own and all at the same time.
 * @param mode in HTTP mode the knowledge command has another name
 * @param at the installation, as soon as the tests run
 */
export function everyday(mode: Mode, at: () => Installation): void {
  it.concurrent("asks back, and answers what was chosen by button or by words", async () => {
    const { slack } = at();
    const { ann, channel: help } = at().place("clarify");
    const ask = async () => {
      const asked = await slack.mention(ann, help, "How is leave requested?");
      return { asked, question: await answerIn(slack, help, asked.ts) };
    };

    const first = await ask();
    const [option] = first.question.controls;
    await slack.press(ann, { channel: help, thread: first.asked.ts }, option?.label ?? "");
    const byButton = await slack.until(() => answersIn(slack, help, first.asked.ts)[1]);
    const second = await ask();
    await slack.threadReply(ann, help, second.asked.ts, option?.label ?? "");
    const byWords = await slack.until(() => answersIn(slack, help, second.asked.ts)[1]);
    const settled = await slack.until(() =>
      answersIn(slack, help, first.asked.ts).find(({ text }) => text.includes("chosen by Ann")),
    );

    expect(first.question.controls.length).toBeGreaterThan(1);
    expect(settled.ts).toBe(first.question.ts);
    expect(byButton.text).toContain("requested in the portal");
    expect(byWords.text).toContain("requested in the portal");
  });

  it.concurrent("answers a command privately and shares it with the channel", async () => {
    const { slack } = at();
    const { ann, ben, channel: help } = at().place("slash");

    await slack.slash(ann, help, mode === "http" ? "/docs" : "/kb", "search lighthouse lamp");
    await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("lit by hand")),
    );
    const seenByBen = slack.messages(help, null, ben);
    await slack.press(ann, { channel: help, thread: null }, "Share with channel");
    const shared = await slack.until(() => slack.messages(help, null, ben)[0]);

    expect(seenByBen).toEqual([]);
    expect(shared.text).toContain("lit by hand");
  });

  it.concurrent("answers from restricted documents to the asker alone", async () => {
    const { slack } = at();
    const { ann: hanna, ben, channel: help } = at().place("pay");

    const asked = await slack.mention(hanna, help, "What is the bonus of full-time employees?");
    // Beside the thread: as long as nobody has replied there, Slack shows no private line in it.
    const answer = await slack.until(() =>
      slack.messages(help, null, hanna).find(({ isBot }) => isBot),
    );
    const byBen = await slack.mention(ben, help, "What is the bonus of full-time employees?");
    const declined = await answerIn(slack, help, byBen.ts);

    expect(answer.text).toContain("8 percent");
    expect(answer.text).toContain("Only you see this");
    expect(slack.messages(help, asked.ts, ben).filter(({ isBot }) => isBot)).toEqual([]);
    expect(declined.text).not.toContain("8 percent");
  });

  it.concurrent("answers from a file that comes with the question, and says which one it cannot read", async () => {
    const { slack } = at();
    const { ann } = at().place("file");
    const text = "# Contract\n\n## Term\n\nThe contract with the harbour ends on 31 March 2028.\n";
    const contract = { name: "contract.md", mimetype: "text/markdown", bytes: Buffer.from(text) };
    const noise = Buffer.from([0, 1, 2, 3, 255, 254]);
    const picture = { name: "plan.bin", mimetype: "application/octet-stream", bytes: noise };

    const asked = await slack.say(
      ann,
      slack.directMessages(ann),
      "When does the contract with the harbour end?",
      { files: [contract, picture] },
    );
    const answer = await answerIn(slack, slack.directMessages(ann), asked.ts);

    expect(answer.text).toContain("31 March 2028");
    expect(answer.text).toContain("contract.md");
    expect(answer.text).toContain("I could not read plan.bin");
  });

  it.concurrent("keeps thumbs with question, answer and sources for whoever looks after it", async () => {
    const { slack, dataDir } = at();
    const { ann, channel: help } = at().place("thumbs");
    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    await answerIn(slack, help, asked.ts);

    await slack.press(ann, { channel: help, thread: asked.ts }, "👎 Not helpful");
    const listed = await runCommand(["feedback", "list", "--json"], { dataDir });

    expect(jsonOf(listed.stdout)).toMatchObject([
      {
        value: "bad",
        platform: "slack",
        userId: ann.id,
        asked: "How is the lighthouse lamp lit?",
        citations: [{ title: "Lighthouse", section: "Lamp" }],
      },
    ]);
  });

  it.concurrent("serves two people in one thread and leaves their talk alone", async () => {
    const { slack } = at();
    const { ann, ben, channel: help } = at().place("two");

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    await slack.threadReply(ben, help, asked.ts, "@bot How long is parental leave?");
    const both = await slack.until(() => {
      const texts = answersIn(slack, help, asked.ts).map(({ text }) => text);
      return texts.length === 2 && texts;
    });
    await slack.threadReply(ben, help, asked.ts, `<@${ann.id}> shall we have lunch?`);
    await slack.threadReply(ann, help, asked.ts, "yes, at noon");
    await slack.threadReply(ann, help, asked.ts, "@bot How long is study leave?");
    const third = await slack.until(() => answersIn(slack, help, asked.ts)[2]);

    expect(both.some((text) => text.includes("lit by hand"))).toBe(true);
    expect(both.some((text) => text.includes("14 weeks"))).toBe(true);
    expect(third.text).toContain("5 days");
    expect(answersIn(slack, help, asked.ts)).toHaveLength(3);
  });

  it.concurrent("answers a mended question where it answered before, and takes back what is asked no more", async () => {
    const { slack } = at();
    const { ann, channel: help } = at().place("edit");
    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const before = await answerIn(slack, help, asked.ts);

    await slack.edit(asked, "@bot How long is parental leave?");
    const after = await slack.until(() =>
      answersIn(slack, help, asked.ts).find(({ text }) => text.includes("14 weeks")),
    );
    const answers = answersIn(slack, help, asked.ts);
    await slack.delete(asked);
    await slack.until(() => answersIn(slack, help, asked.ts).length === 0);

    expect(after.ts).toBe(before.ts);
    expect(answers).toHaveLength(1);
  });

  if (mode === "http") refusals(at);
}

function refusals(at: () => Installation): void {
  it.concurrent("refuses what is forged or replayed, and takes what Slack has signed", async () => {
    const { slack, app } = at();
    const url = /http:\/\/\S+\/slack\/events/u.exec(app().command.stderr())?.[0] ?? "";
    const { signingSecret } = slack;
    const timestamp = Math.floor(Date.now() / 1_000);
    const body = JSON.stringify({ type: "url_verification", challenge: "c" });
    const send = async (headers: Readonly<Record<string, string>>) => {
      const type = { "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers: { ...type, ...headers }, body })).status;
    };

    expect([
      await send(signedHeaders(body, { signingSecret, timestamp })),
      await send({}),
      await send(signedHeaders(body, { signingSecret: "another", timestamp })),
      await send(signedHeaders(body, { signingSecret, timestamp: timestamp - 360 })),
    ]).toEqual([200, 401, 401, 401]);
  });
}
