import { expect, it } from "vitest";
import { FACT } from "./documents.ts";
import { answerIn, answersIn, type Installation, isDraft } from "./installation.ts";

/** Where it happens. */
export const WRITING_PLACES = ["help", "halt", "pair", "limit", "stop", "kill"] as const;

/** What is seen while a language model writes. Everybody asks once: the installation allows one question a minute. */
export function writing(at: () => Installation): void {
  it.concurrent("answers a mention in its thread with sources, as it is written", async () => {
    const { slack } = at();
    const { ann, channel: help } = at().place("help");

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await answerIn(slack, help, asked.ts);

    const statuses = slack.world.statusLog.filter(({ thread }) => thread.endsWith(asked.ts));
    expect(answer.text).toContain(`${FACT} [1]`);
    expect(answer.text).toContain("[1] Lighthouse › Lamp — documents/lighthouse.md");
    expect(answer.isEdited).toBe(true);
    expect(answersIn(slack, help, asked.ts)).toHaveLength(1);
    expect(statuses[0]?.status).toBe("is reading your question …");
  });

  it.concurrent("is stopped in the middle by whoever no longer wants to wait", async () => {
    const { slack } = at();
    const { ann, channel: help } = at().place("halt");

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    await slack.until(() => answersIn(slack, help, asked.ts)[0]);
    await slack.stop(ann, help, asked.ts);
    const answer = await answerIn(slack, help, asked.ts);

    expect(answersIn(slack, help, asked.ts)).toHaveLength(1);
    expect(answer.text).toContain("stopped before its end");
  });

  it.concurrent("answers two people in one thread, and neither cancels the other", async () => {
    const { slack } = at();
    const { ann, ben, channel: help } = at().place("pair");
    const whole = (thread: string) =>
      answersIn(slack, help, thread).filter(
        (answer) => !isDraft(answer) && answer.text.includes(FACT),
      );

    const first = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    await slack.until(() => answersIn(slack, help, first.ts)[0], "a draft");
    const second = await slack.threadReply(ben, help, first.ts, "@bot When is the lamp lit?");
    const both = await slack.until(
      () => whole(first.ts).length === 2 && whole(first.ts),
      "both answers",
    );

    expect(answersIn(slack, help, first.ts)).toHaveLength(2);
    expect(both.map(({ metadata }) => metadata?.event_payload["q"])).toEqual([first.ts, second.ts]);
    expect(both.some(({ text }) => text.includes("stopped before its end"))).toBe(false);
  });

  it.concurrent("tells once when to ask again who asks too much, while others are answered", async () => {
    const { slack } = at();
    const { ann, ben, channel: help } = at().place("limit");
    const saidIn = (thread: string) => answersIn(slack, help, thread).map(({ text }) => text);

    const first = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const second = await slack.mention(ann, help, "When is the lighthouse lamp lit?");
    const third = await slack.mention(ann, help, "Who lights the lighthouse lamp?");
    const others = await slack.mention(ben, help, "How is the lighthouse lamp lit?");
    for (const { ts } of [first, others]) {
      await slack.until(() => saidIn(ts).some((text) => text.includes(FACT)), `an answer in ${ts}`);
    }
    await slack.until(() => saidIn(second.ts).length > 0, "the notice");

    expect(saidIn(second.ts)).toHaveLength(1);
    expect(saidIn(second.ts)[0]).toMatch(/Please ask again in \d+ seconds/u);
    expect(saidIn(third.ts)).toEqual([]);
  });

  it.each(["stop", "kill"] as const)(
    "finishes an answer once when its process ends in the middle, by %s",
    async (how) => {
      const { slack, restart } = at();
      const { ann, channel: help } = at().place(how);
      const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
      const answers = () => answersIn(slack, help, asked.ts);
      const draft = await slack.until(() => answers()[0], "a draft");

      await restart(how);
      const answer = await slack.until(
        () =>
          answers().find(({ controls }) => controls.some(({ label }) => label === "Ask a person")),
        "the whole answer",
      );

      expect(answers()).toHaveLength(1);
      expect(answer.ts).toBe(draft.ts);
      expect(answer.text).toContain(FACT);
    },
  );
}
