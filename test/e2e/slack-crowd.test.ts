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

describe("200 people at once in 20 channels, at one post a second and channel", () => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;
  beforeAll(async () => {
    // Posts are limited as in Slack; how soon a busy machine acknowledges is no matter here.
    slack = await startSlackFor({ limits: { ackMs: 60_000 } });
  });
  afterAll(async () => {
    await app.kill();
    await slack.close();
  });

  it("answers everybody once, in their own thread, without meeting a refusal", async () => {
    const people = Array.from({ length: 200 }, (_, index) => slack.user(`user ${index}`));
    const channels = Array.from({ length: 20 }, (_, index) =>
      slack.channel(`channel ${index}`, { members: people }),
    );
    const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
    app = await startFrontdesk(slack, { dataDir });

    const asked = await Promise.all(
      people.map(async (person, index) => {
        const channel = channels[index % channels.length];
        if (channel === undefined) throw new Error("no channel");
        const { ts } = await slack.mention(person, channel, "How is the lighthouse lamp lit?");
        return { channel, ts };
      }),
    );
    const answersOf = ({ channel, ts }: (typeof asked)[number]) =>
      slack.messages(channel, ts).filter(({ isBot }) => isBot);
    for (const place of asked) {
      await slack.until(
        () => answersOf(place)[0]?.text.includes(FACT) === true,
        `the whole answer in ${place.ts}`,
      );
    }
    await slack.dispatch.settled();

    expect(asked.map((place) => answersOf(place).length)).toEqual(asked.map(() => 1));
    expect(asked.every((place) => answersOf(place)[0]?.text.includes(FACT))).toBe(true);
    expect(slack.callsOf("chat.postMessage").filter(({ error }) => error !== null)).toEqual([]);
    const events = slack.dispatch.records.flatMap(({ outcomes }) => outcomes);
    expect(events.filter(({ type }) => type !== "acknowledged")).toEqual([]);
  });
});
