import { expect, it } from "vitest";
import { answerIn, type Installation } from "./installation.ts";

/** Calls of the Web API that an answer, or knowing who asks, may need. */
const SLOW_METHODS = [
  "agents.sessions.setStatus",
  "assistant.threads.setStatus",
  "chat.postMessage",
  "chat.update",
  "conversations.info",
  "conversations.members",
  "conversations.replies",
  "users.info",
] as const;
/** Longer than Slack waits for an acknowledgement. */
const SLOW_MS = 3_500;

/** Slack's three seconds, as the emulator counts them: what comes later is sent again. */
export function acknowledging(at: () => Installation): void {
  it("has acknowledged every event, press and command of the day at its first delivery", async () => {
    const { slack } = at();
    await slack.dispatch.settled();

    const kinds = new Set(slack.dispatch.records.map(({ kind }) => kind));
    const others = slack.dispatch.records.filter(
      ({ outcomes }) => outcomes.length !== 1 || outcomes[0]?.type !== "acknowledged",
    );
    expect(kinds).toEqual(new Set(["events_api", "interactive", "slash_commands"]));
    expect(others).toEqual([]);
  });

  it("acknowledges before anything that Slack has to answer, and answers when it does", async () => {
    const { slack } = at();
    const { ann, channel: help } = at().place("slow");
    const before = slack.dispatch.records.length;
    for (const method of SLOW_METHODS) slack.faults.always(method, { type: "slow", ms: SLOW_MS });

    const asked = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const outcomes = slack.dispatch.records.slice(before).flatMap((record) => record.outcomes);
    const posts = slack
      .callsOf("chat.postMessage")
      .filter((one) => one.args["channel"] === help.id);
    slack.faults.clear();
    const answer = await answerIn(slack, help, asked.ts);

    expect(outcomes.map(({ type }) => type)).toEqual(["acknowledged", "acknowledged"]);
    expect(posts).toEqual([]);
    expect(answer.text).toContain("lit by hand");
  });
}
