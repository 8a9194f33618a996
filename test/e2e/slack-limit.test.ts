import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import type { SlackEmulator } from "../support/slack/index.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

describe("a person who asks more than is allowed", () => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;
  beforeAll(async () => {
    slack = await startSlackFor({ limits: { postIntervalMs: 1, ackMs: 60_000 } });
    const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
    const env = { FRONTDESK_DIALOGUE_MAX_TURNS_PER_MINUTE: "1" };
    app = await startFrontdesk(slack, { dataDir, env });
  });
  afterAll(async () => {
    await app.kill();
    await slack.close();
  });

  it("is told once when to ask again, while others are answered", async () => {
    const [ann, bob] = [slack.user("Ann"), slack.user("Bob")];
    const help = slack.channel("help", { members: [ann, bob] });
    const answersOf = (thread: string) => slack.messages(help, thread).filter(({ isBot }) => isBot);

    const first = await slack.mention(ann, help, "How is the lighthouse lamp lit?");
    const second = await slack.mention(ann, help, "When is the lighthouse lamp lit?");
    const third = await slack.mention(ann, help, "Who lights the lighthouse lamp?");
    const others = await slack.mention(bob, help, "How is the lighthouse lamp lit?");
    for (const { ts } of [first, others]) {
      await slack.until(
        () => answersOf(ts).some(({ text }) => text.includes(FACT)),
        `an answer in ${ts}`,
      );
    }
    await slack.until(() => answersOf(second.ts).length > 0, "the notice");
    await slack.dispatch.settled();

    const notices = answersOf(second.ts).map(({ text }) => text);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/Please ask again in \d+ seconds/u);
    expect(answersOf(third.ts)).toEqual([]);
  });
});
