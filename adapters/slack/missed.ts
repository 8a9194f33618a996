import { z } from "zod";
import { detectLanguage } from "../../src/core/index.ts";
import { patiently } from "../shared/patience.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { actionsBlock, button, markdownBlock } from "./blocks.ts";
import { type CatchUp, createCatchUp } from "./catch-up.ts";
import { readSaid, type Said, type SlackIdentity } from "./decode.ts";
import { rootOf } from "./hearing.ts";
import { isDirect, slackConversationId, slackMessageId, timeOfTs } from "./ids.ts";
import { askedName, type Intake } from "./intake.ts";
import { slackLabels } from "./labels.ts";
import { messageSchema, type SlackMessagePayload } from "./payloads.ts";
import { partMetadata, postedParts } from "./posted.ts";
import { isAllowed } from "./settings.ts";

const page = z.object({
  messages: z.array(messageSchema),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

const DAY_MS = 24 * 3_600_000;
const PAGE = 200;
/** So many pages of a channel or thread at most. */
const MAX_PAGES = 5;
/** Channels that the bot has left since are none of its business. */
const LEFT = new Set(["not_in_channel", "channel_not_found", "is_archived"]);
const MAX_TRIES = 5;
/** Meanwhile no other process asks the same; after a crash it may. */
const OFFERING_MS = 2 * 60_000;
/** So many channels at most, the ones in which something was heard last. */
const MAX_CHANNELS = 60;
const MAX_THREADS = 30;

/** A place that may hold something that was not heard. */
interface Place {
  readonly channel: string;
  readonly thread: string | null;
  /** `ts` of what was heard last. */
  readonly after: string;
}

/** Looks for what was asked while nobody listened. */
export function createMissed(parts: AdapterParts, intake: Intake): CatchUp {
  const { settings, memory, watermarks, api, clock, logger, signal } = parts;
  const call = { signal };

  const channelPlaces = async (): Promise<readonly Place[]> => {
    const oldest = (clock.now() - DAY_MS) / 1_000;
    const marks = await watermarks.list(MAX_CHANNELS);
    return marks.map(({ channel, ts }) => ({
      channel,
      thread: null,
      after: Number(ts) < oldest ? oldest.toFixed(6) : ts,
    }));
  };

  /** Nobody waits for this: it comes again when Slack says that it comes too soon. */
  const pageOf = (method: string, args: Readonly<Record<string, unknown>>) =>
    patiently(() => api.call(method, args, page, { ...call, expects: LEFT }), {
      tries: MAX_TRIES,
      signal,
    });

  /** What is new in a place, oldest first, people's words only. */
  const read = async (place: Place, self: SlackIdentity): Promise<readonly Said[]> => {
    const { channel, thread, after } = place;
    const messages: SlackMessagePayload[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const range = { channel, oldest: after, limit: PAGE };
      const args = cursor === undefined ? range : { ...range, cursor };
      const answer =
        thread === null
          ? await pageOf("conversations.history", args)
          : await pageOf("conversations.replies", { ...args, ts: thread });
      messages.push(...answer.messages);
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") break;
    }
    if (cursor !== undefined && cursor !== "") {
      const read = messages.length;
      logger.warn({ channel, thread, read }, "more was said meanwhile than is read again");
    }
    return messages
      .filter(({ ts }) => Number(ts) > Number(after))
      .flatMap((message) => readSaid(message, channel, self) ?? [])
      .toSorted((a, b) => Number(a.ts) - Number(b.ts));
  };

  const isForBot = (said: Said): boolean => {
    const direct = isDirect(said.channel);
    if (said.botId !== null || !(direct || said.isMention)) return false;
    return isAllowed(settings, { user: said.user, channel: said.channel, isDirect: direct });
  };

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

  /** Threads of recent conversations, from what people asked of late. */
  const threadPlaces = async (): Promise<readonly Place[]> => {
    const shape = z.object({ conversation: z.string() });
    const asked = await memory.list("asked:", shape, MAX_THREADS * 4);
    const places = new Map<string, Place>();
    for (const { name, value } of asked) {
      const parsed = /^slack:[^:]+:([^:]+):([^:@]+)$/u.exec(value.conversation);
      const ts = name.split(":").at(-1) ?? "";
      if (parsed === null || clock.now() - timeOfTs(ts) > DAY_MS) continue;
      const [, channel = "", thread = ""] = parsed;
      const known = places.get(value.conversation);
      // From the first question on: the last one may have been asked after what was missed.
      if (known !== undefined && Number(known.after) <= Number(ts)) continue;
      places.set(value.conversation, { channel, thread, after: ts });
    }
    return [...places.values()].slice(0, MAX_THREADS);
  };

  /** Whether another process has heard it: its conversation began with it, or it has an answer. */
  const wasHeard = async (said: Said, { team }: SlackIdentity): Promise<boolean> => {
    const { channel } = said;
    const threadId = rootOf(said);
    const conversationId = slackConversationId({ kind: "thread", team, channel, thread: threadId });
    if (said.thread === null && (await parts.participation.isKnown(conversationId))) return true;
    const replyTo = slackMessageId(channel, said.ts);
    const where = { platform: "slack", conversationId, channelId: channel, threadId } as const;
    const posted = await postedParts(api, { ...where, replyTo, ephemeral: false }, call);
    return posted.some(({ q }) => q === said.ts);
  };

  /** Whether it was taken in, by this process or another one: known without asking Slack anything. */
  const wasTaken = async ({ user, ts }: Said): Promise<boolean> =>
    (await memory.get(askedName(user, ts), z.unknown())) !== null;

  const takeIn = (said: Said, self: SlackIdentity): Promise<boolean> => {
    const dedupeKeys = [`said:${self.team}:${said.channel}:${said.ts}`];
    return intake.receive(said, { isAddressed: true, dedupeKeys, limit: null });
  };

  return createCatchUp<Place, Said>({
    places: async () => [...(await channelPlaces()), ...(await threadPlaces())],
    async read(place) {
      const said = (await read(place, await parts.identity())).filter(isForBot);
      const isTaken = await Promise.all(said.map(wasTaken));
      return said.filter((_one, index) => isTaken[index] === false);
    },
    timeOf: ({ ts }) => timeOfTs(ts),
    takeIn: async (said) => takeIn(said, await parts.identity()),
    wasHeard: async (said) => wasHeard(said, await parts.identity()),
    offer,
    freshMs: settings.missedMs,
    clock,
    logger,
    signal,
  });
}
