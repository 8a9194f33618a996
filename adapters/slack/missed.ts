import { z } from "zod";
import { detectLanguage } from "../../src/core/index.ts";
import { patiently } from "../shared/patience.ts";
import { looksLikeQuestion } from "../shared/question-form.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { actionsBlock, button, markdownBlock } from "./blocks.ts";
import { type CatchUp, createCatchUp } from "./catch-up.ts";
import type { Said } from "./decode.ts";
import type { SlackDesk } from "./desk.ts";
import { rootOf } from "./hearing.ts";
import { slackConversationId, slackMessageId, timeOfTs } from "./ids.ts";
import { askedName, type Intake } from "./intake.ts";
import { slackLabels } from "./labels.ts";
import { createMissedPlaces } from "./missed-places.ts";
import { createMissedTalk, type Place } from "./missed-talk.ts";
import { partMetadata, postedParts } from "./posted.ts";

const DAY_MS = 24 * 3_600_000;
const MAX_TRIES = 5;
/** Meanwhile no other process asks the same; after a crash it may. */
const OFFERING_MS = 2 * 60_000;

/** Something that was said while nobody listened. */
interface Missed {
  readonly said: Said;
  /** Nobody has said anything after it where it stands. */
  readonly isLast: boolean;
  /** It stands after everything that was heard in its channel. */
  readonly isUnheard: boolean;
}

/** Looks for what was asked while nobody listened, and hears it by the same rules as if it were said now. */
export function createMissed(
  parts: AdapterParts,
  intake: Intake,
  desk: Pick<SlackDesk, "missed"> | null,
): CatchUp {
  const { settings, memory, api, clock, logger, signal } = parts;
  const call = { signal };
  const talk = createMissedTalk(parts);
  const missedPlaces = createMissedPlaces(parts);
  /** How far each channel was heard when this round began. */
  let marks: ReadonlyMap<string, string> = new Map();
  /** The memory may be new, and what is read have been answered by an earlier installation. */
  let isFirstTime = false;
  /** Threads that were read with their channel. */
  const wasRead = new Set<string>();

  const postOffer = async (said: Said, name: string): Promise<void> => {
    const language = detectLanguage(said.text);
    const labels = slackLabels(language);
    const text = labels.stillNeeded((clock.now() - timeOfTs(said.ts)) / 60_000);
    const blocks = [
      markdownBlock(text),
      actionsBlock([button(ACTIONS.answer, labels.yesAnswer, said.ts, "primary")]),
    ];
    const metadata = partMetadata({ k: name, p: 0, n: 1, q: said.ts });
    const args = { channel: said.channel, thread_ts: rootOf(said), text, blocks, metadata };
    await patiently(() => api.post(name, args, call), { tries: MAX_TRIES, signal });
  };

  /** Asks whether an old question still matters. Once: the post names the question and is looked for before. */
  const offer = async (said: Said): Promise<void> => {
    const name = `missed:${said.channel}/${said.ts}`;
    if (!(await memory.claim(name, OFFERING_MS))) return;
    try {
      await postOffer(said, name);
    } catch (error) {
      await memory.delete(name);
      throw error;
    }
    await memory.set(name, true, 2 * DAY_MS);
  };

  /** Whether a question has an answer, or its conversation began with it: another process has heard it. */
  const wasHeard = async (said: Said): Promise<boolean> => {
    const { team } = await parts.identity();
    const { channel } = said;
    const threadId = rootOf(said);
    const conversationId = slackConversationId({ kind: "thread", team, channel, thread: threadId });
    if (said.thread === null && (await parts.participation.isKnown(conversationId))) return true;
    const replyTo = slackMessageId(channel, said.ts);
    const where = { platform: "slack", conversationId, channelId: channel, threadId } as const;
    const posted = await postedParts(api, { ...where, replyTo, ephemeral: false }, call);
    return posted.some(({ q }) => q === said.ts);
  };

  /** Talk that nobody addressed to the bot is only asked about where it may be a question that nobody has answered. */
  const isWorthAsking = async ({ said, isLast, isUnheard }: Missed): Promise<boolean> => {
    const how = await intake.hear(said);
    if (how === "addressed") return true;
    const isOpen = isLast && isUnheard && looksLikeQuestion(said.text);
    return isOpen && how === "overheard";
  };

  /** Whether it was taken in, by this process or another one: known without asking Slack anything. */
  const wasTaken = async ({ user, ts }: Said): Promise<boolean> =>
    (await memory.get(askedName(user, ts), z.unknown())) !== null;

  /** What the team wrote at the desk is done in its order, however old it is; the rest is for the bot. */
  const withoutDesk = async (all: readonly Said[]): Promise<readonly Said[]> => {
    if (desk === null) return all;
    const rest: Said[] = [];
    for (const said of all) if (!(await desk.missed(said))) rest.push(said);
    return rest;
  };

  const takeIn = async (said: Said): Promise<boolean> => {
    const how = await intake.hear(said);
    // Who may not be answered here was not told at once: later it would only puzzle him.
    if (how === "refuse") return false;
    if (isFirstTime && (await wasHeard(said))) return false;
    const { team } = await parts.identity();
    return intake.follow(said, how, [`said:${team}:${said.channel}:${said.ts}`], null);
  };

  return createCatchUp<Place, Missed>({
    async places(isLight) {
      const found = await missedPlaces.list(isLight);
      isFirstTime = found.isFirstTime;
      marks = new Map(
        found.places.flatMap(({ channel, thread, after }) =>
          thread === null ? [[channel, after] as const] : [],
        ),
      );
      wasRead.clear();
      return found.places;
    },
    async read(place) {
      const { channel, thread } = place;
      if (thread !== null && wasRead.has(`${channel}/${thread}`)) return [];
      const byPeople = (await talk.read(place)).filter(({ botId }) => botId === null);
      for (const one of byPeople) wasRead.add(`${channel}/${rootOf(one)}`);
      const said = await withoutDesk(byPeople);
      const isTaken = await Promise.all(said.map(wasTaken));
      const last = new Map(said.map((one) => [rootOf(one), one.ts]));
      const mark = marks.get(channel);
      return said
        .filter((_one, index) => isTaken[index] === false)
        .map((one) => ({
          said: one,
          isLast: last.get(rootOf(one)) === one.ts,
          isUnheard: mark !== undefined && Number(one.ts) > Number(mark),
        }));
    },
    timeOf: ({ said }) => timeOfTs(said.ts),
    takeIn: ({ said }) => takeIn(said),
    matters: isWorthAsking,
    wasHeard: ({ said }) => wasHeard(said),
    offer: ({ said }) => offer(said),
    freshMs: settings.missedMs,
    clock,
    logger,
    signal,
  });
}
