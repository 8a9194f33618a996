import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DeskBoard } from "../../src/ports/desk.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { PlatformAdapter } from "../../src/ports/platform-adapter.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import { createBackground } from "../shared/background.ts";
import { createChannelRules } from "../shared/channel-rules.ts";
import { createGivenAnswers } from "../shared/given-answers.ts";
import { createParticipation } from "../shared/participation.ts";
import { createRemembered } from "../shared/remembered.ts";
import type { AdapterParts, DiscordHost } from "./adapter-parts.ts";
import { createAnnouncements } from "./announcements.ts";
import { createDiscordAudiences } from "./audiences.ts";
import { casePlace } from "./case-place.ts";
import { createChains } from "./chains.ts";
import { createDiscordChannel, placeOfAddress } from "./channel.ts";
import { createDiscordApi, type DiscordApi } from "./client.ts";
import { type DiscordIdentity, decodeEvent } from "./decode.ts";
import { createDiscordDesk } from "./desk.ts";
import { createDetour } from "./detour.ts";
import { createDirectMessages } from "./direct-messages.ts";
import { createEphemeralMessages } from "./ephemeral.ts";
import { createDiscordFiles, type DiscordFiles } from "./files.ts";
import { createGateway, GATEWAY_TUNING, type Gateway, type GatewayTuning } from "./gateway.ts";
import { createGrants } from "./grants.ts";
import { createGuilds } from "./guilds.ts";
import { parseDiscordMessage } from "./ids.ts";
import { createIntake } from "./intake.ts";
import { createInteractions } from "./interactions.ts";
import { createKeptAnswers } from "./kept-answers.ts";
import { createLanes } from "./lanes.ts";
import { createDiscordMarks } from "./marks.ts";
import { createMissed } from "./missed.ts";
import { createNotices } from "./notices.ts";
import { createOverdue } from "./overdue.ts";
import { createDiscordPeople } from "./people.ts";
import { createPlaces, type Places } from "./places.ts";
import { createPostOnce } from "./post-once.ts";
import { createPrivateDrafts } from "./private-drafts.ts";
import { createReaders } from "./readers.ts";
import { createReceipts } from "./receipts.ts";
import { createSessions } from "./sessions.ts";
import { channelSettings, type DiscordSettings } from "./settings.ts";
import { createSharedRates } from "./shared-rates.ts";
import { createTyping } from "./typing.ts";
import { createTypingHeard } from "./typing-heard.ts";
import { createWaitingLine } from "./waiting-line.ts";
import { createWatermarks } from "./watermarks.ts";

/** Frontdesk on Discord. `start` resolves at once; the gateway connects by itself. */
export interface DiscordAdapter extends PlatformAdapter {
  readonly files: DiscordFiles;
  /** Where cases are shown; null when they go elsewhere. */
  readonly board: DeskBoard | null;
}

export interface DiscordAdapterOptions {
  readonly settings: DiscordSettings;
  readonly host: DiscordHost;
  /** Shared by all processes of the installation; who opened it closes it. */
  readonly memory: KeyedMemory;
  /** Discord's limits, kept by all processes together; who opened it closes it. */
  readonly budget: SharedBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tuning?: GatewayTuning;
  /** What the tests shorten: how often it looks who waits too long, and after what time a place in line is shown. */
  readonly waits?: { readonly lookEveryMs: number; readonly lineAfterMs: number };
}

const anything = z.unknown();
const identitySchema = z.object({ id: z.string() });

function createIdentity(api: DiscordApi, signal: AbortSignal): () => Promise<DiscordIdentity> {
  let known: Promise<DiscordIdentity> | null = null;
  const ask = async (): Promise<DiscordIdentity> => {
    const [user, application] = await Promise.all([
      api.call({ method: "GET", route: "/users/@me" }, identitySchema, { signal }),
      api.call({ method: "GET", route: "/applications/@me" }, identitySchema, { signal }),
    ]);
    return { userId: user.id, applicationId: application.id };
  };
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

function createParts(options: DiscordAdapterOptions, signal: AbortSignal): AdapterParts {
  const { settings, host, clock } = options;
  const logger = options.logger.child({ component: "discord" });
  const { token, apiUrl } = settings;
  const { maxWaitMs } = settings.pacing;
  const rates = createSharedRates(settings.pacing, options.budget);
  const nameOf = (channel: string): string | null => places.nameOf(channel);
  const api = createDiscordApi({ token, apiUrl, maxWaitMs, rates, nameOf, logger });
  const places: Places = createPlaces({ api, logger });
  const memory = createRemembered(options.memory, "discord:");
  const guilds = createGuilds({ api, memory, settings, logger });
  const background = createBackground({ signal, logger });
  const rules = createChannelRules(memory, (channel) => {
    const own = channelSettings(settings, channel);
    return { ...own, mode: own.mode ?? settings.channelMode };
  });
  const answers = createKeptAnswers(memory, createGivenAnswers(memory));
  const identity = createIdentity(api, signal);
  const receipts = createReceipts(memory);
  const chains = createChains({ api, memory });
  const directMessages = createDirectMessages(api);
  const detour = createDetour({ api, directMessages, memory, receipts, chains, logger });
  const announcements = createAnnouncements({ api, memory, receipts, identity });
  const grants = createGrants({ memory, clock });
  const { waits } = options;
  const look = waits === undefined ? {} : { lookEveryMs: waits.lookEveryMs };
  const overdue = createOverdue({ api, grants, background, clock, signal, ...look });
  const after = waits === undefined ? {} : { afterMs: waits.lineAfterMs };
  const writing = { api, memory, grants, chains, signal, logger };
  const intervalMs = settings.pacing.draftIntervalMs;
  const waiting = { api, memory, receipts, grants, background, signal, logger, ...after };
  const speech = { settings, answers, chains, grants, overdue, announcements, detour, receipts };
  return {
    host,
    settings,
    identity,
    api,
    rates,
    guilds,
    memory,
    budget: options.budget,
    rules,
    background,
    places,
    people: createDiscordPeople({ api, guilds, settings, logger }),
    audiences: createDiscordAudiences({ guilds, settings }),
    readers: createReaders({ api, guilds, settings, identity, logger }),
    chains,
    once: createPostOnce({ api, memory, clock, identity }),
    participation: createParticipation(host.isKnown),
    receipts,
    answers,
    watermarks: createWatermarks(memory),
    typing: createTyping({ api, signal, logger }),
    line: createWaitingLine(waiting),
    privateDrafts: createPrivateDrafts({ ...writing, intervalMs }),
    ephemeral: createEphemeralMessages({ api, memory, ...speech }),
    detour,
    overdue,
    clock,
    logger,
    signal,
  };
}

/** Work on one channel is done in order; everything else has nothing to wait for. */
function laneOf(data: unknown, name: string): string {
  const at = z.object({ channel_id: z.string() }).safeParse(data);
  return at.success && name !== "INTERACTION_CREATE" ? at.data.channel_id : name;
}

const RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

/** What to do with whatever Discord sends. */
function createTake(parts: AdapterParts) {
  const { logger, signal } = parts;
  const notices = createNotices(parts);
  const intake = createIntake(parts, notices);
  const marks = createDiscordMarks(parts, notices);
  const interactions = createInteractions(parts, intake, notices, marks);
  const desk = createDiscordDesk(parts, notices);
  const missed = createMissed(parts, { intake, notices, desk });
  const lanes = createLanes();

  const takeOnce = async (name: string, data: unknown): Promise<void> => {
    if (name === "INTERACTION_CREATE") {
      return (await desk?.pressed(data)) === true ? undefined : interactions.act(data);
    }
    const act = decodeEvent(name, data, await parts.identity());
    // Before anything else is done: what is said from now on is newer than what was missed.
    if (act.type === "channels" && act.isWhole && act.guild !== null) {
      missed.server(act.guild.id, act.channels);
    }
    await marks?.heard(act);
    if ((await desk?.heard(act)) !== true) return intake.act(act);
    if (act.type !== "said") return;
    const { channel, id } = act.said;
    await parts.watermarks.note({ channel, isDirect: false }, id);
  };

  /** The gateway does not send again: what cannot be taken in now is tried until it can, or until a resume. */
  const takeIn = async (name: string, data: unknown): Promise<void> => {
    for (let waitMs = RETRY_MS; ; waitMs = Math.min(2 * waitMs, MAX_RETRY_MS)) {
      try {
        return await takeOnce(name, data);
      } catch (error) {
        signal.throwIfAborted();
        const isPassing = isFrontdeskError(error) && error.retryable;
        logger.warn({ event: name, reason: errorMessage(error) }, "an event was not taken in");
        logger.debug({ err: error }, "details of it");
        if (!isPassing) return;
        await sleep(waitMs, undefined, { signal });
      }
    }
  };

  const typingHeard = createTypingHeard(parts, desk?.board ?? null);
  const take = (name: string, data: unknown): Promise<void> => {
    // Nothing waits for it, and it waits for nothing.
    if (name === "TYPING_START") return Promise.resolve(typingHeard(data));
    if (name === "INTERACTION_CREATE") return takeIn(name, data);
    return lanes.run(laneOf(data, name), () => takeIn(name, data));
  };
  return { take, missed, marks, lanes, desk };
}

/** Makes the adapter; nothing is heard before `start`, but its channel can be used at once. */
export function createDiscordAdapter(options: DiscordAdapterOptions): DiscordAdapter {
  const controller = new AbortController();
  const { signal } = controller;
  // Every call under way listens to it, and there may be hundreds.
  setMaxListeners(0, signal);
  const parts = createParts(options, signal);
  const { settings, api, logger, background, typing, line, overdue, memory } = parts;
  const { take, missed, marks, lanes, desk } = createTake(parts);
  let gateway: Gateway | null = null;

  const onNewSession = (shard: number): void => {
    missed.begun(shard);
    marks?.readPins();
    background.run("greeting Discord", async () => {
      const { userId, applicationId } = await parts.identity();
      logger.info({ userId, applicationId, shard }, "connected to Discord");
    });
  };

  const open = (): Gateway => {
    const { token, shardCount, shardIds } = settings;
    const { tuning = GATEWAY_TUNING } = options;
    return createGateway({
      token,
      rest: api.rest,
      rates: parts.rates,
      shardCount,
      shardIds,
      hearsTyping: parts.host.typing !== null,
      sessions: createSessions(memory),
      take,
      settled: lanes.settled,
      onNewSession,
      tuning,
      logger,
    });
  };

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await gateway?.close();
    controller.abort(new Error("the Discord adapter closes"));
    typing.close();
    line.close();
    parts.privateDrafts.close();
    overdue.close();
    await background.settled();
    api.close();
  };

  return {
    channel: createDiscordChannel(parts),
    board: desk?.board ?? null,
    hasLeft: async (user, call) => (await desk?.hasLeft(user, call)) === true,
    placeOf: (address, call) => casePlace(parts.places, address, call),
    files: createDiscordFiles({ apiUrl: settings.apiUrl }),
    start() {
      marks?.watch();
      gateway ??= open();
      gateway.start();
      return Promise.resolve();
    },
    async settled(address, outcome) {
      const channel = placeOfAddress(address);
      typing.ended(channel);
      background.run("taking a place in line away", () => line.ended(address));
      const question = address.replyTo === null ? null : parseDiscordMessage(address.replyTo);
      if (outcome === "ignored" || question === null || address.ephemeral) return;
      const emoji = encodeURIComponent("📨");
      const route =
        `/channels/${question.channel}/messages/${question.id}/reactions/${emoji}/@me` as const;
      await api.call({ method: "PUT", route }, anything, { signal }).catch((error: unknown) => {
        logger.debug({ err: error }, "a message could not be marked");
      });
    },
    status() {
      if (gateway === null) return { name: "Discord", state: "ok", detail: "not listening here" };
      const { isUp, detail } = gateway.state();
      return { name: "Discord", state: isUp ? "ok" : "down", detail };
    },
    stopListening: async () => gateway?.close(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
