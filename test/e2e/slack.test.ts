import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freshFolder, jsonOf, runCommand } from "../support/cli.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  addDocuments,
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import {
  type SeenMessage,
  type SlackChannel,
  type SlackEmulator,
  signedHeaders,
} from "../support/slack/index.ts";

const DOCUMENTS = {
  lighthouse:
    "# Lighthouse\n\n## Lamp\n\nThe lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.\n",
  leave:
    "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n\n## Study leave\n\nStudy leave is 5 days a year and is requested in the portal.\n",
};

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { postIntervalMs: 1, ackMs: 60_000 };

const PAY = "# Pay\n\n## Bonus\n\nThe bonus of full-time employees is 8 percent of the salary.\n";

function answersIn(slack: SlackEmulator, channel: SlackChannel, thread: string) {
  return slack.messages(channel, thread).filter(({ isBot }) => isBot);
}

/** The one answer of a thread, once nothing is written any more. */
function answerIn(slack: SlackEmulator, channel: SlackChannel, thread: string) {
  return slack.until((): SeenMessage | null => {
    const last = answersIn(slack, channel, thread).at(-1);
    return last === undefined || last.controls.some(({ label }) => label === "Stop") ? null : last;
  }, `an answer in ${thread}`);
}

describe.each(["socket", "http"] as const)("frontdesk start in %s mode", (mode) => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;

  beforeAll(async () => {
    slack = await startSlackFor({ limits: PATIENT });
    const dataDir = await folderWith(DOCUMENTS);
    const text = "The lighthouse lamp is lit by hand every evening at dusk [1].";
    const script = Array.from({ length: 8 }, () => text).join(" ");
    app = await startFrontdesk(slack, {
      dataDir,
      mode,
      env: { FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script }) },
    });
  });
  afterAll(async () => {
    await app.kill();
    await slack.close();
  });

  it("answers a mention in its thread with sources, as it is written", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await answerIn(slack, help, asked.ts);

    expect(answer.text).toContain("The lighthouse lamp is lit by hand every evening at dusk. [1]");
    expect(answer.text).toContain("[1] Lighthouse › Lamp — documents/lighthouse.md");
    expect(answer.isEdited).toBe(true);
    expect(answersIn(slack, help, asked.ts)).toHaveLength(1);
    expect(slack.world.statusLog[0]?.status).toBe("is reading your question …");
  });

  it("is stopped in the middle by whoever no longer wants to wait", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("stop", { members: [ann] });

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    await slack.until(() => answersIn(slack, help, asked.ts)[0]);
    await slack.stop(ann, help, asked.ts);
    const answer = await answerIn(slack, help, asked.ts);

    expect(answersIn(slack, help, asked.ts)).toHaveLength(1);
    expect(answer.text.length).toBeGreaterThan(0);
  });
});

describe.each(["socket", "http"] as const)("frontdesk start without a model, %s mode", (mode) => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;
  let dataDir: string;

  beforeAll(async () => {
    slack = await startSlackFor({ limits: PATIENT });
    dataDir = await folderWith(DOCUMENTS);
    await addDocuments(dataDir, { pay: PAY }, "group:hr");
    const people = { "slack:UHANNA": { role: "viewer", groups: ["hr"] } };
    const env = { FRONTDESK_ACCESS_PEOPLE: JSON.stringify(people) };
    app = await startFrontdesk(slack, { dataDir, mode, env });
  });
  afterAll(async () => {
    await app.kill();
    await slack.close();
  });

  it("asks back, and answers what was chosen by button or by words", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("clarify", { members: [ann] });
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

    expect(first.question.controls.length).toBeGreaterThan(1);
    expect(answersIn(slack, help, first.asked.ts)[0]?.text).toContain("chosen by Ann");
    expect(byButton.text).toContain("requested in the portal");
    expect(byWords.text).toContain("requested in the portal");
  });

  it("answers a command privately and shares it with the channel", async () => {
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("slash", { members: [ann, ben] });

    await slack.slash(ann, help, "/kb", "search lighthouse lamp");
    await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("lit by hand")),
    );
    const seenByBen = slack.messages(help, null, ben);
    await slack.press(ann, { channel: help, thread: null }, "Share with channel");
    const shared = await slack.until(() => slack.messages(help, null, ben)[0]);

    expect(seenByBen).toEqual([]);
    expect(shared.text).toContain("lit by hand");
  });

  it("answers from restricted documents to the asker alone", async () => {
    const [hanna, ben] = [slack.user("Hanna", { id: "UHANNA" }), slack.user("Ben")];
    const help = slack.channel("pay", { members: [hanna, ben] });

    const asked = await slack.mention(hanna, help, "What is the bonus of full-time employees?");
    const answer = await slack.until(() =>
      slack.messages(help, asked.ts, hanna).find(({ isBot }) => isBot),
    );
    const byBen = await slack.mention(ben, help, "What is the bonus of full-time employees?");
    const declined = await answerIn(slack, help, byBen.ts);

    expect(answer.text).toContain("8 percent");
    expect(answer.text).toContain("Only you see this");
    expect(slack.messages(help, asked.ts, ben).filter(({ isBot }) => isBot)).toEqual([]);
    expect(declined.text).not.toContain("8 percent");
  });

  it("answers from a file that comes with the question, and says which one it cannot read", async () => {
    const ann = slack.user("Ann");
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

  it("keeps thumbs with question, answer and sources for whoever looks after it", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("thumbs", { members: [ann] });
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

  it("serves two people in one thread and leaves their talk alone", async () => {
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("two", { members: [ann, ben] });

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

  it("answers a mended question where it answered before, and takes back what is asked no more", async () => {
    const ann = slack.user("Ann");
    const help = slack.channel("edit", { members: [ann] });
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

  it("copes with every odd string as message, topic and name, and answers each", async () => {
    const odd = naughtyStrings.map((text) => text.slice(0, 1_000));
    const threads = [];
    for (const text of odd) {
      const user = slack.user(text, { realName: text });
      const channel = slack.channel(text, { members: [user], topic: text });
      const asked = await slack.mention(user, channel, `How is the lighthouse lamp lit? ${text}`);
      threads.push({ user, channel, asked });
    }

    // Slack tells of fifty channels a minute who reads along: where that is unknown, the asker alone is answered.
    for (const { user, channel, asked } of threads) {
      const seen = () =>
        slack
          .messages(channel, asked.ts, user)
          .filter(
            ({ isBot, controls }) => isBot && !controls.some(({ label }) => label === "Stop"),
          );
      const answer = await slack.until(() => seen().at(-1), `an answer to ${user.name}`);

      expect(answer.text).not.toBe("");
      expect(seen()).toHaveLength(1);
    }
    expect(app.command.child.exitCode).toBeNull();
  });

  it("ends properly when told to", async () => {
    expect(await app.stop()).toBe(0);
  });
});

describe("frontdesk start in http mode", () => {
  it("refuses what is forged or replayed, and takes what Slack has signed", async () => {
    const slack = await startSlackFor({ limits: PATIENT });
    onTestFinished(() => slack.close());
    const dataDir = await folderWith(DOCUMENTS);
    const app = await startFrontdesk(slack, { dataDir, mode: "http" });
    onTestFinished(() => app.kill());
    const url = /http:\/\/\S+\/slack\/events/u.exec(app.command.stderr())?.[0] ?? "";
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
});
