import { expect, it } from "vitest";
import type { SlackChannel, SlackEmulator, SlackUser } from "../../support/slack/index.ts";
import { FACT } from "./documents.ts";
import { answersIn, type Installation } from "./installation.ts";

/** Many people and the channels in which they ask. */
export interface Crowd {
  readonly people: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
}

/** 200 people in 20 channels; they must be there before Frontdesk, which reads everybody at its start. */
export function gatherCrowd(slack: SlackEmulator): Crowd {
  const people = Array.from({ length: 200 }, (_, index) => slack.user(`user ${index}`));
  const channels = Array.from({ length: 20 }, (_, index) =>
    slack.channel(`channel ${index}`, { members: people }),
  );
  return { people, channels };
}

/** A machine that is busy otherwise needs longer than the ten seconds that Slack's limit alone takes. */
const PATIENCE_MS = 300_000;

/** All of them ask at once. */
export function crowd(at: () => Installation & { readonly crowd: Crowd }): void {
  it(
    "answers 200 people at once in 20 channels once, in their own thread, without meeting a refusal",
    async () => {
      const { slack, crowd: all } = at();

      const asked = await Promise.all(
        all.people.map(async (person, index) => {
          const channel = all.channels[index % all.channels.length];
          if (channel === undefined) throw new Error("no channel");
          const { ts } = await slack.mention(person, channel, "How is the lighthouse lamp lit?");
          return { channel, ts };
        }),
      );
      const answersOf = ({ channel, ts }: (typeof asked)[number]) => answersIn(slack, channel, ts);
      for (const place of asked) {
        await slack.until(
          () => answersOf(place)[0]?.text.includes(FACT) === true,
          `the whole answer in ${place.ts}`,
        );
      }
      await slack.dispatch.settled();

      const others = asked.map(answersOf).filter(({ length }) => length !== 1);
      expect(
        others.map((all) => all.map(({ text, metadata }) => [text, metadata?.event_payload])),
      ).toEqual([]);
      expect(asked.every((place) => answersOf(place)[0]?.text.includes(FACT))).toBe(true);
      for (const method of ["chat.postMessage", "chat.update"] as const) {
        expect(slack.callsOf(method).filter(({ error }) => error !== null)).toEqual([]);
      }
      // A machine that is busy otherwise may be late, or lose a socket: Slack then sends again.
      const ends = slack.dispatch.records.map(({ outcomes }) => outcomes.at(-1)?.type);
      expect(ends.filter((type) => type !== "acknowledged")).toEqual([]);
    },
    PATIENCE_MS,
  );
}
