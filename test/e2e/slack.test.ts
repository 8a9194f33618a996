import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshFolder } from "../support/cli.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import type { SeenMessage, SlackChannel, SlackEmulator } from "../support/slack/index.ts";

const DOCUMENTS = {
  lighthouse:
    "# Lighthouse\n\n## Lamp\n\nThe lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.\n",
  leave:
    "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n\n## Study leave\n\nStudy leave is 5 days a year and is requested in the portal.\n",
};

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { postIntervalMs: 1, ackMs: 60_000 };

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

describe("frontdesk start without a model", () => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;

  beforeAll(async () => {
    slack = await startSlackFor({ limits: PATIENT });
    app = await startFrontdesk(slack, { dataDir: await folderWith(DOCUMENTS) });
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
      threads.push({ channel, asked });
    }

    for (const { channel, asked } of threads) {
      expect((await answerIn(slack, channel, asked.ts)).text).not.toBe("");
      expect(answersIn(slack, channel, asked.ts)).toHaveLength(1);
    }
    expect(app.command.child.exitCode).toBeNull();
  });

  it("ends properly when told to", async () => {
    expect(await app.stop()).toBe(0);
  });
});
