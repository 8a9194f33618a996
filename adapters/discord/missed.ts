import { ButtonStyle } from "discord.js";
import { z } from "zod";
import { detectLanguage } from "../../src/core/index.ts";
import { type CatchUp, createCatchUp } from "../shared/catch-up.ts";
import { patiently } from "../shared/patience.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { button, row } from "./components.ts";
import { ACTIONS } from "./custom-ids.ts";
import { readSaid, type Said } from "./decode.ts";
import { isForBot } from "./hearing.ts";
import { isNewer, parseDiscordConversation, snowflakeOfTime, timeOfSnowflake } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { messagesAfter } from "./posted.ts";
import { isAllowed } from "./settings.ts";
import { askedSchema, type Intake, type Placed, saidKey, watermarkName } from "./taking-in.ts";

const DAY_MS = 24 * 3_600_000;
const MAX_TRIES = 5;
/** So many channels at most, the ones in which something was heard last. */
const MAX_CHANNELS = 60;
const MAX_THREADS = 30;

/** A channel or thread that may hold something that was not heard. */
interface Unread {
  readonly channel: string;
  readonly guild: string | null;
  /** Id of what was heard last. */
  readonly after: string;
}

/** Looks for what was asked while nobody listened. */
export function createMissed(parts: AdapterParts, intake: Intake, notices: Notices): CatchUp {
  const { settings, memory, api, clock, logger, signal } = parts;
  const call = { signal };

  const heardChannels = async (): Promise<readonly Unread[]> => {
    const prefix = watermarkName("");
    const oldest = snowflakeOfTime(clock.now() - DAY_MS);
    const seen = await memory.list(prefix, z.string(), MAX_CHANNELS);
    return seen.map(({ name, value }) => ({
      channel: name.slice(prefix.length),
      guild: null,
      after: isNewer(oldest, value) ? oldest : value,
    }));
  };

  /** Threads of recent conversations, from what people asked of late. */
  const askedThreads = async (): Promise<readonly Unread[]> => {
    const asked = await memory.list("asked:", askedSchema, MAX_THREADS * 4);
    const places = new Map<string, Unread>();
    for (const { name, value } of asked) {
      const place = parseDiscordConversation(value.conversation);
      const id = name.split(":").at(-1) ?? "";
      if (place?.kind !== "thread" || clock.now() - timeOfSnowflake(id) > DAY_MS) continue;
      const known = places.get(place.thread);
      if (known !== undefined && isNewer(known.after, id)) continue;
      places.set(place.thread, { channel: place.thread, guild: place.guild, after: id });
    }
    return [...places.values()].slice(0, MAX_THREADS);
  };

  /** What is new in a place, oldest first, people's words only. */
  const read = async ({ channel, guild, after }: Unread): Promise<readonly Said[]> => {
    const self = await parts.identity();
    const place = await parts.places.of(channel, guild, call);
    const messages = await patiently(() => messagesAfter(api, channel, after, call, 2), {
      tries: MAX_TRIES,
      signal,
    });
    return messages.flatMap((message) => {
      // History does not say in which server it is.
      const said = readSaid(message, self);
      return said === null ? [] : [{ ...said, guild: place.guild }];
    });
  };

  const isMeant = ({ said, place, roles }: Placed): boolean => {
    if (said.isBot || !isForBot({ said, place })) return false;
    const channels = [place.channel, ...(place.thread === null ? [] : [place.thread])];
    return isAllowed(settings, { user: said.user, roles, guild: place.guild, channels });
  };

  /** Asks whether an old question still matters. */
  const offer = async ({ said }: Placed): Promise<void> => {
    const labels = discordLabels(detectLanguage(said.text));
    const minutes = (clock.now() - timeOfSnowflake(said.id)) / 60_000;
    const at = { scope: "-", mark: "" };
    const yes = button(ACTIONS.answer, labels.yesAnswer, said.id, at, ButtonStyle.Primary);
    const where = { channel: said.channel, replyTo: said.id };
    await notices.post(`missed:${said.id}`, where, labels.stillNeeded(minutes), [row([yes])]);
  };

  /** Whether it was heard all the same: by another process, or before the connection broke. */
  const wasHeard = async (placed: Placed): Promise<boolean> => {
    const { said } = placed;
    if ((await parts.chains.noted(said.id)) !== null) return true;
    return (await parts.receipts.answersTo(said.id)).length > 0;
  };

  const takeIn = async (placed: Placed): Promise<boolean> => {
    if (await wasHeard(placed)) return false;
    return intake.receive(placed, { isAddressed: true, dedupeKeys: [saidKey(placed.said)] });
  };

  /** What was said there and is meant for the bot. */
  const readPlaced = async (unread: Unread): Promise<readonly Placed[]> => {
    const all: Placed[] = [];
    for (const said of await read(unread)) all.push(await intake.place(said));
    return all.filter(isMeant);
  };

  return createCatchUp<Unread, Placed>({
    places: async () => [...(await heardChannels()), ...(await askedThreads())],
    read: readPlaced,
    timeOf: ({ said }) => timeOfSnowflake(said.id),
    takeIn,
    wasHeard,
    offer,
    freshMs: settings.missedMs,
    clock,
    logger,
    signal,
  });
}
