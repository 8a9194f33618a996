import { ButtonStyle, ChannelType } from "discord.js";
import { detectLanguage } from "../../src/core/index.ts";
import { patiently } from "../shared/patience.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { button, row } from "./components.ts";
import { ACTIONS } from "./custom-ids.ts";
import { readSaid, type Said } from "./decode.ts";
import type { DiscordDesk } from "./desk.ts";
import { pagesAfter, pagesBefore, readPage } from "./history.ts";
import { isNewer, snowflakeOfTime, timeOfSnowflake } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import type { DiscordChannel, DiscordMessage } from "./payloads.ts";
import { type Intake, type Placed, saidKey } from "./taking-in.ts";

/** Looks for what was asked while nobody listened. */
export interface Missed {
  /** A session began: direct messages are read from where they were last read (Discord tells the first shard of them). */
  begun(shard: number): void;
  /** A server as it is when a session begins or the server comes back: what was said there since is read. */
  server(guild: string, channels: readonly DiscordChannel[]): void;
}

const DAY_MS = 24 * 3_600_000;
const MAX_TRIES = 5;
/** Discord lists no direct messages: so many are asked one by one, the ones heard last first. */
const MAX_DIRECT = 5_000;
/** So many of them before the servers; the others after them. */
const FIRST_DIRECT = 500;
/** Questions that are only asked about: more would be a storm. */
const MAX_OFFERS = 10;
/** What is looked for within this time belongs to one absence. */
const WAVE_MS = 60_000;

const TALKED_IN: ReadonlySet<number> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

/** A channel or thread that may hold something that was not heard. */
interface Unread {
  readonly channel: string;
  readonly guild: string | null;
  /** Id of what was heard last, or of the time from which on it matters. */
  readonly after: string;
  /** Nothing was ever heard there: what is old is nobody's wish any more. */
  readonly isNew: boolean;
  /** It may hold questions that are answered without asking. */
  readonly isFresh: boolean;
}

export function createMissed(
  parts: AdapterParts,
  tools: {
    readonly intake: Intake;
    readonly notices: Notices;
    /** The desk's threads, in which every word counts. */
    readonly desk: Pick<DiscordDesk, "heard" | "isThread"> | null;
  },
): Missed {
  const { intake, notices, desk } = tools;
  const { settings, watermarks, background, api, clock, logger, signal } = parts;
  const call = { signal };
  /** What was done of late: servers come back one by one, and all of them together are no storm. */
  const wave = { since: 0, offers: 0, taken: 0, left: 0 };
  const waiting: (() => Promise<readonly Unread[]>)[] = [];
  /** Questions to ask about, when nothing that can be answered at once is left to read. */
  const old: Placed[] = [];
  let isWorking = false;
  let lastHold = 0;
  /** Channels that could not be read: what was said there is missed still. */
  let failed = new Set<string>();

  const laterOf = (id: string, ageMs: number): string => {
    const oldest = snowflakeOfTime(clock.now() - ageMs);
    return isNewer(oldest, id) ? oldest : id;
  };

  /** From here on questions are answered without asking. */
  const freshFrom = (): string => snowflakeOfTime(clock.now() - settings.missedMs);

  const directChannels = async (): Promise<readonly Unread[]> => {
    const heard = await watermarks.direct(MAX_DIRECT);
    if (heard.length === MAX_DIRECT) wave.left += 1;
    const unread = heard.map(({ channel, last: seen }) => ({
      channel,
      guild: null,
      after: laterOf(seen, DAY_MS),
      isNew: false,
      isFresh: true,
    }));
    const later = unread.slice(FIRST_DIRECT);
    if (later.length > 0) waiting.push(() => Promise.resolve(later));
    return unread.slice(0, FIRST_DIRECT);
  };

  /** Null when nothing was said there of late that was not heard. */
  const unreadOf = async (guild: string, given: DiscordChannel): Promise<Unread | null> => {
    const { id: channel, type, last_message_id: newest } = given;
    if (!TALKED_IN.has(type) || newest === undefined || newest === null) return null;
    const ageMs = clock.now() - timeOfSnowflake(newest);
    if (ageMs > DAY_MS) return null;
    const isFresh = ageMs <= settings.missedMs;
    const seen = await watermarks.of(channel);
    if (seen !== null) {
      const after = laterOf(seen, DAY_MS);
      return isNewer(newest, seen) ? { channel, guild, after, isNew: false, isFresh } : null;
    }
    return isFresh ? { channel, guild, after: freshFrom(), isNew: true, isFresh } : null;
  };

  const channelsOf = async (
    guild: string,
    channels: readonly DiscordChannel[],
  ): Promise<readonly Unread[]> => {
    const newestFirst = channels.toSorted((a, b) =>
      isNewer(a.last_message_id ?? "0", b.last_message_id ?? "0") ? -1 : 1,
    );
    const found: Unread[] = [];
    for (const channel of newestFirst) {
      const unread = await unreadOf(guild, channel);
      if (unread !== null) found.push(unread);
    }
    return found;
  };

  /** Asks whether an old question still matters. */
  const offer = async ({ said }: Placed): Promise<void> => {
    const labels = discordLabels(detectLanguage(said.text));
    const minutes = (clock.now() - timeOfSnowflake(said.id)) / 60_000;
    const at = { scope: "-", mark: "" };
    const yes = button(ACTIONS.answer, labels.yesAnswer, said.id, at, ButtonStyle.Primary);
    const where = { channel: said.channel, replyTo: said.id };
    const text = labels.stillNeeded(minutes);
    await patiently(() => notices.post(`missed:${said.id}`, where, text, [row([yes])]), {
      tries: MAX_TRIES,
      signal,
    });
  };

  /** The next one. One that fails keeps no other back. */
  const offerNext = async (): Promise<void> => {
    const placed = old.shift();
    if (placed === undefined) return;
    try {
      await offer(placed);
    } catch (error) {
      signal.throwIfAborted();
      wave.offers -= 1;
      logger.warn({ err: error, message: placed.said.id }, "an old question was not asked about");
    }
  };

  /** Whether it was heard all the same: by another process, or before the connection broke. */
  const wasHeard = async ({ said }: Placed): Promise<boolean> => {
    if ((await parts.chains.noted(said.id)) !== null) return true;
    return (await parts.receipts.answersTo(said.id)).length > 0;
  };

  /** Takes it in when it is fresh; what is too old to be answered unasked waits until everything fresh is in. */
  const judge = async (said: Said, isNew: boolean): Promise<void> => {
    if ((await desk?.heard({ type: "said", said })) === true || said.isBot) return;
    const placed = await intake.place(said);
    const how = await intake.hear(placed);
    if ((how !== "addressed" && how !== "overheard") || (await wasHeard(placed))) return;
    const isAddressed = how === "addressed";
    if (clock.now() - timeOfSnowflake(said.id) <= settings.missedMs) {
      const given = { isAddressed, dedupeKeys: [saidKey(said)] };
      if (await intake.receive(placed, given)) wave.taken += 1;
    } else if (isAddressed && !isNew) {
      if (wave.offers < MAX_OFFERS) old.push(placed);
      if (wave.offers < MAX_OFFERS) wave.offers += 1;
      else wave.left += 1;
    }
  };

  /**
   * Judges what is new in a place: all that is fresh, oldest first, then what is old, newest first, as long as there is anybody
   * left to be asked.
   */
  const read = async ({ channel, guild, after, isNew }: Unread): Promise<void> => {
    const self = await parts.identity();
    const place = await parts.places.of(channel, guild, call);
    const load = (query: Readonly<Record<string, string>>) =>
      patiently(() => readPage(api, channel, query, call), { tries: MAX_TRIES, signal });
    const judgeAll = async (messages: readonly DiscordMessage[]): Promise<void> => {
      for (const message of messages) {
        const said = readSaid(message, self);
        // History does not say in which server it is.
        if (said !== null) await judge({ ...said, guild: place.guild }, isNew);
      }
    };
    const fresh = freshFrom();
    // What the team wrote is done in its order, however old it is.
    const start = isNewer(after, fresh) || desk?.isThread(place) === true ? after : fresh;
    let newest: string | null = null;
    for await (const messages of pagesAfter(load, start)) {
      await judgeAll(messages);
      newest = messages.at(-1)?.id ?? newest;
    }
    // The first fresh moment itself belongs to neither half of Discord's list.
    const before = isNew || start === after ? after : String(BigInt(start) + 1n);
    for await (const messages of pagesBefore(load, before, after)) {
      newest ??= messages[0]?.id ?? null;
      if (wave.offers >= MAX_OFFERS) {
        if (messages.length > 0) wave.left += 1;
        break;
      }
      await judgeAll(messages);
    }
    if (newest !== null) await watermarks.note({ ...place, channel }, newest);
  };

  const readAll = async (unread: readonly Unread[]): Promise<void> => {
    for (const one of unread) {
      if (signal.aborted) return;
      // One request at a time is no storm; but nobody is left to be asked there.
      if (!one.isFresh && wave.offers >= MAX_OFFERS) {
        wave.left += 1;
        continue;
      }
      try {
        await read(one);
      } catch (error) {
        if (signal.aborted) return;
        failed.add(one.channel);
        logger.info({ err: error, channel: one.channel }, "a channel could not be read again");
      }
    }
  };

  const releaseAll = async (): Promise<void> => {
    const except = failed;
    failed = new Set();
    await watermarks.release(lastHold, except);
  };

  const search = async (find: () => Promise<readonly Unread[]>): Promise<void> => {
    try {
      await readAll(await find());
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ err: error }, "what was missed could not be looked for");
    }
  };

  /** One place after the other: nobody waits for it, and Discord counts requests. */
  const work = async (): Promise<void> => {
    if (clock.now() - wave.since > WAVE_MS) {
      Object.assign(wave, { since: clock.now(), offers: 0, taken: 0, left: 0 });
    }
    const before = { ...wave };
    while (waiting.length + old.length > 0) {
      const find = waiting.shift();
      if (find === undefined) await offerNext();
      else await search(find);
      // Not before: after a crash, what was not asked about yet is read again.
      if (waiting.length + old.length === 0) await releaseAll();
    }
    isWorking = false;
    const [taken, offers] = [wave.taken - before.taken, wave.offers - before.offers];
    const left = wave.left - before.left;
    if (taken + offers + left > 0) {
      logger.info({ taken, offers, left }, "questions from the time without connection");
    }
  };

  const queue = (find: () => Promise<readonly Unread[]>): void => {
    lastHold = watermarks.hold();
    waiting.push(find);
    if (isWorking) return;
    isWorking = true;
    background.run("reading what was missed", work);
  };

  return {
    begun(shard) {
      if (shard === 0) queue(directChannels);
    },
    server: (guild, channels) => queue(() => channelsOf(guild, channels)),
  };
}
