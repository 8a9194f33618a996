import { z } from "zod";
import { detectLanguage, messageId, timeLimit } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { answeringInName, answeringName } from "./channel.ts";
import type { SlackAct } from "./decode.ts";
import { slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { addressOf, type PressPlace } from "./press-place.ts";
import { threadAddress } from "./thread-address.ts";
import { LOOK_UP_MS } from "./unless-late.ts";

/** Asks the dialogue of a thread to stop, as `Intake.stop` does. */
type Stop = (
  channel: string,
  thread: string,
  dedupeKey: string,
  only: { readonly by: string; readonly ts: string | null } | null,
) => Promise<void>;
type Stopped = Extract<SlackAct, { type: "stopped" }>;

/** Ends an answer that is being written, for whoever asked and for admins; everybody else is told so. */
export interface Stopping {
  /** "Stop" under the growing text. */
  byButton(place: PressPlace): Promise<void>;
  /** Slack's own stop button, which belongs to the whole thread. */
  byPlatform(act: Stopped, eventId: string): Promise<void>;
}

export function createStopping(parts: AdapterParts, stop: Stop, notices: Notices): Stopping {
  const { memory, askers, people, status, signal } = parts;
  const team = async (): Promise<string> => (await parts.identity()).team;

  const isAdmin = async (user: string): Promise<boolean> =>
    (await people.principalBy(user, timeLimit(LOOK_UP_MS), { signal })).role === "admin";

  /** Who asked what a growing text answers; null when that is not known. */
  const askerOfText = async (place: PressPlace): Promise<string | null> => {
    const address = addressOf(place, await team());
    const { channel, ts, message } = place;
    const noted = await memory.get(answeringName(channel, ts), z.string());
    if (noted !== null) return askers.of({ ...address, replyTo: messageId(noted) });
    const question = message?.metadata?.event_payload["q"];
    if (typeof question !== "string") return null;
    return askers.of({ ...address, replyTo: slackMessageId(channel, question) });
  };

  return {
    async byButton(place) {
      const { user, channel, ts, message } = place;
      const asker = await askerOfText(place);
      if (asker !== null && asker !== user && !(await isAdmin(user))) {
        const { onlyAskerStops } = slackLabels(detectLanguage(message?.text ?? ""));
        const id = `not-stopped:${channel}:${ts}:${user}`;
        return notices.whisper(place, onlyAskerStops, { id });
      }
      // Only this answer: what somebody else asked meanwhile goes on.
      // By the press: in the place of this answer the one to an edited question may be written, and be stopped as well.
      const key = `stop:${place.pressId}`;
      await stop(channel, place.thread ?? ts, key, { by: asker ?? user, ts: null });
    },
    async byPlatform({ channel, thread, user }, eventId) {
      const key = `event:${eventId}`;
      const address = threadAddress(await team(), { channel, ts: thread, thread }, null);
      const end = async (only: Parameters<Stop>[3]): Promise<void> => {
        await stop(channel, thread, key, only);
        // Slack leaves that to us, and nothing may have been under way any more.
        status.ended(address, "unseen");
      };
      // Slack does not always say who it was.
      if (user === null) return end(null);
      const noted = await memory.get(answeringInName(channel, thread), z.string());
      const answered = { ...address, replyTo: noted === null ? null : messageId(noted) };
      const asker = await askers.of(answered);
      if (asker !== user && (await isAdmin(user))) return end(null);
      if (asker === null || asker === user) return end({ by: user, ts: null });
      const { onlyAskerStops } = slackLabels(await askers.languageOf(answered));
      await notices.whisper({ channel, thread, user }, onlyAskerStops, { id: key });
    },
  };
}
