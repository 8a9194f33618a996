import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { errorMessage, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DeskBoard } from "../../src/ports/desk.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { PlatformAdapter } from "../../src/ports/platform-adapter.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import { createBackground } from "../shared/background.ts";
import { createChannelRules } from "../shared/channel-rules.ts";
import { createErrands, ERRAND_TUNING, type ErrandTuning } from "../shared/errands.ts";
import { createGivenAnswers } from "../shared/given-answers.ts";
import { createParticipation } from "../shared/participation.ts";
import { createRemembered } from "../shared/remembered.ts";
import type { AckBody, AdapterParts, SlackHost } from "./adapter-parts.ts";
import { type AdminNotes, createAdminNotes } from "./admin-notes.ts";
import { createAskers } from "./askers.ts";
import { type AttentionTuning, createAttention } from "./attention.ts";
import { createSlackAudiences } from "./audiences.ts";
import { casePlace } from "./case-place.ts";
import { createSlackChannel } from "./channel.ts";
import { createChosen } from "./chosen.ts";
import { createSlackApi } from "./client.ts";
import { createCommands } from "./commands.ts";
import { decodeEvent, type SlackIdentity } from "./decode.ts";
import { decodeInteraction } from "./decode-interaction.ts";
import { createSlackDesk } from "./desk.ts";
import { createEdits } from "./edits.ts";
import { createEphemeralMessages } from "./ephemeral.ts";
import { createSlackFiles, type SlackFiles } from "./files.ts";
import { createGreeting } from "./greeting.ts";
import { createHome } from "./home.ts";
import { listenForSlack, type SlackLink } from "./http-receiver.ts";
import { parseSlackMessage } from "./ids.ts";
import { inTime } from "./in-time.ts";
import { createIntake, takenName } from "./intake.ts";
import { createKnowledgeCommands } from "./knowledge-commands.ts";
import { createSlackMarks } from "./marks.ts";
import { createMissed } from "./missed.ts";
import { createNativeStreams } from "./native-streams.ts";
import { createNotices } from "./notices.ts";
import { createPacing } from "./pacing.ts";
import { createSlackPeople } from "./people.ts";
import { createPersonTyping } from "./person-typing.ts";
import { createPresses } from "./presses.ts";
import { createPrivatePosts } from "./private-posts.ts";
import { createResponseUrls } from "./response-urls.ts";
import { channelSettings, type SlackSettings } from "./settings.ts";
import { createShare } from "./share.ts";
import { createSharedRates } from "./shared-rates.ts";
import { openSocketConnection } from "./socket-connection.ts";
import { createSocketLink, SOCKET_LINK_TUNING, type SocketLinkTuning } from "./socket-link.ts";
import { createStandIns } from "./stand-ins.ts";
import { createStatusLine } from "./status-line.ts";
import type { Trouble } from "./trouble.ts";
import { createSlackUploads } from "./uploads.ts";
import { createWatermarks } from "./watermarks.ts";

export interface SlackAdapterOptions {
  readonly settings: SlackSettings;
  readonly host: SlackHost;
  /** Shared by all processes of the installation; who opened it closes it. */
  readonly memory: KeyedMemory;
  /** Slack's rates, kept by all processes together; who opened it closes it. */
  readonly budget: SharedBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tuning?: {
    readonly socket?: SocketLinkTuning;
    readonly helloMs?: number;
    readonly errands?: ErrandTuning;
    readonly attention?: AttentionTuning;
    /** What is not stored by then is refused, so that Slack is not kept waiting. */
    readonly answerMs?: number;
  };
}

/** Frontdesk in a Slack workspace. `start` resolves at once in Socket Mode, in HTTP mode when the port is open. */
export interface SlackAdapter extends PlatformAdapter {
  readonly files: SlackFiles;
  /** Shows cases in a channel of the workspace; null when they go elsewhere. */
  readonly board: DeskBoard | null;
  /** Where HTTP mode listens; null in Socket Mode. */
  eventsUrl(): string | null;
}

const HELLO_MS = 15_000;

const authAnswer = z.object({ team_id: z.string(), user_id: z.string(), bot_id: z.string() });
const anything = z.object({});

function createIdentity(
  api: AdapterParts["api"],
  signal: AbortSignal,
): () => Promise<SlackIdentity> {
  let known: Promise<SlackIdentity> | null = null;
  return () => {
    known ??= api
      .call("auth.test", {}, authAnswer, { signal })
      .then(({ team_id: team, user_id: userId, bot_id: botId }) => ({ team, userId, botId }))
      .catch((error: unknown) => {
        known = null;
        throw error;
      });
    return known;
  };
}

function createParts(options: SlackAdapterOptions, signal: AbortSignal): AdapterParts {
  const { settings, host, clock } = options;
  const logger = options.logger.child({ component: "slack" });
  const pacing = createPacing(settings.pacing);
  const { botToken: token, apiUrl } = settings;
  const rates = createSharedRates(settings.pacing, options.budget);
  const background = createBackground({ signal, logger });
  const memory = createRemembered(options.memory, "slack:");
  const { errands: tuning = ERRAND_TUNING } = options.tuning ?? {};
  const errands = createErrands({ memory, background, clock, logger, signal, tuning });
  const onTrouble = (trouble: Trouble, { message }: FrontdeskError): void =>
    notes.tell([trouble], message);
  const onSuccess: AdminNotes["works"] = (method, channel) => notes.works(method, channel);
  const api = createSlackApi({ token, apiUrl, pacing, rates, logger, onTrouble, onSuccess });
  const identity = createIdentity(api, signal);
  const people = createSlackPeople({ api, identity, settings, logger });
  const askers = createAskers(memory, clock);
  const urls = createResponseUrls(memory, clock);
  const standIns = createStandIns(memory);
  const lent = { api, people, memory, settings, background, errands, logger, signal };
  const notes: AdminNotes = createAdminNotes(lent);
  return {
    host,
    settings,
    identity,
    api,
    pacing,
    edits: createEdits({ api, rates, settings: settings.pacing }),
    people,
    notes,
    memory,
    typing: createPersonTyping({ api, signal, logger }),
    uploads: createSlackUploads({ api, memory, clock, apiUrl }),
    watermarks: createWatermarks({ memory, clock }),
    budget: options.budget,
    audiences: createSlackAudiences({ api, identity, people, memory, settings, logger }),
    rules: createChannelRules(memory, (channel) => {
      const own = channelSettings(settings, channel);
      return { ...own, mode: own.mode ?? settings.channelMode };
    }),
    participation: createParticipation(
      async (id) =>
        (await host.isKnown(id)) || (await memory.get(takenName(id), z.literal(true))) !== null,
    ),
    status: createStatusLine({ api, languageOf: askers.languageOf, signal, logger }),
    urls,
    askers,
    chosen: createChosen(memory),
    given: createGivenAnswers(memory),
    background,
    errands,
    posts: createPrivatePosts({ api, memory, urls, errands, standIns, clock }),
    standIns,
    clock,
    logger,
    signal,
  };
}

/** What to do with whatever Slack sends. */
function createTake(parts: AdapterParts) {
  const notices = createNotices(parts);
  const intake = createIntake(parts, notices);
  const commands = createCommands(parts, {
    intake,
    notices,
    knowledge: createKnowledgeCommands(parts),
  });
  const share = createShare(parts, notices);
  const marks = createSlackMarks(parts, notices);
  const presses = createPresses(parts, { intake, notices, commands, share, marks });
  const home = createHome(parts);
  const desk = createSlackDesk(parts, notices);
  const take = async (body: unknown): Promise<AckBody> => {
    const event = decodeEvent(body, await parts.identity());
    if (event !== null) {
      const { act, eventId, sharedChannel } = event;
      if (sharedChannel !== null) await parts.audiences.seenShared(sharedChannel);
      await marks?.heard(act, eventId);
      if (act.type === "home-opened") await home.opened(act, eventId);
      else if ((await desk?.heard(act, eventId)) !== true) await intake.act(act, eventId);
      return undefined;
    }
    const atDesk = (await desk?.pressed(body)) ?? null;
    if (atDesk !== null) return atDesk.ack;
    const press = decodeInteraction(body);
    return press === null ? undefined : presses.act(press);
  };
  return { take, intake, marks, desk, board: desk?.board ?? null };
}

function missing(name: string, mode: string): FrontdeskError {
  return new FrontdeskError(
    "config_invalid",
    `Slack's ${mode} mode needs ${name}; docs/slack.md says where to find it.`,
  );
}

/** Makes the adapter; nothing is sent or heard before `start`, but its channel can be used at once. */
export function createSlackAdapter(options: SlackAdapterOptions): SlackAdapter {
  const controller = new AbortController();
  const { signal } = controller;
  // Every call under way listens to it, and there may be hundreds.
  setMaxListeners(0, signal);
  const parts = createParts(options, signal);
  const { settings, api, logger, background, status } = parts;
  const { take, intake, marks, desk, board } = createTake(parts);
  const missed = createMissed(parts, intake, desk);
  const greeting = createGreeting(parts);
  const streams = createNativeStreams(parts);
  const ephemeral = createEphemeralMessages(parts);
  let link: SlackLink | null = null;
  let eventsUrl: string | null = null;
  let trouble: string | null = null;

  /** In HTTP mode nobody else notices that Slack can be reached again. */
  const whoWeAre = async (): Promise<SlackIdentity> => {
    const { firstRetryMs, maxRetryMs } = options.tuning?.socket ?? SOCKET_LINK_TUNING;
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(maxRetryMs, 2 * waitMs)) {
      try {
        return await parts.identity();
      } catch (error) {
        if (!isFrontdeskError(error) || !error.retryable) throw error;
        logger.info({ reason: error.message, waitMs }, "Slack cannot be reached");
        await sleep(waitMs, undefined, { signal });
      }
    }
  };

  const attention = createAttention(parts, {
    take: inTime(take, options.tuning?.answerMs),
    missed,
    isCalled: settings.mode === "http",
    ...(options.tuning?.attention === undefined ? {} : { tuning: options.tuning.attention }),
  });

  const onUp = (): void => {
    // Until it is known who we are, what is heard moves no mark.
    attention.down();
    background.run("greeting Slack", async () => {
      try {
        const { team, userId } = await whoWeAre();
        trouble = null;
        logger.info({ team, userId, mode: settings.mode }, "connected to Slack");
      } catch (error) {
        if (isFrontdeskError(error, "delivery_rejected")) trouble = error.message;
        throw error;
      }
      await parts.people.preload({ signal }).catch((error: unknown) => {
        logger.info({ reason: errorMessage(error) }, "people are looked up one by one");
      });
      try {
        await attention.up();
      } finally {
        await greeting.lookAround();
      }
    });
    // A channel that cannot be read is no reason to greet again.
    marks?.readPins();
  };

  const startSocket = (): SlackLink => {
    const { appToken, apiUrl } = settings;
    if (appToken === null) throw missing("SLACK_APP_TOKEN", "socket");
    const { socket: tuning = SOCKET_LINK_TUNING, helloMs = HELLO_MS } = options.tuning ?? {};
    const open = () =>
      openSocketConnection({ appToken, apiUrl, take: attention.take, logger, helloMs });
    return createSocketLink({ open, onUp, onDown: attention.down, tuning, logger });
  };

  const startHttp = async (): Promise<SlackLink> => {
    const { signingSecret, http } = settings;
    if (signingSecret === null) throw missing("SLACK_SIGNING_SECRET", "http");
    const listening = await listenForSlack({
      signingSecret,
      ...http,
      take: attention.take,
      logger,
    });
    eventsUrl = listening.url;
    onUp();
    return listening;
  };

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await link?.close();
    controller.abort(new Error("the Slack adapter closes"));
    await background.settled();
    parts.typing.close();
    await status.close();
  };

  return {
    channel: createSlackChannel({ ...parts, ephemeral, streams }),
    board,
    files: createSlackFiles({ api, token: settings.botToken, apiUrl: settings.apiUrl }),
    eventsUrl: () => eventsUrl,
    async start() {
      attention.down();
      parts.errands.watch();
      link = settings.mode === "socket" ? startSocket() : await startHttp();
    },
    async settled(address, outcome) {
      status.ended(address, outcome === "forwarded" ? "unseen" : "nothing");
      const question = address.replyTo === null ? null : parseSlackMessage(address.replyTo);
      if (outcome === "ignored" || question === null || address.ephemeral) return;
      const { channel, ts } = question;
      const mark = { channel, timestamp: ts, name: "incoming_envelope" };
      await api.call("reactions.add", mark, anything, { signal }).catch((error: unknown) => {
        logger.debug({ err: error }, "a message could not be marked");
      });
    },
    hasLeft: (user, call) => parts.people.hasLeft(user, call),
    placeOf: (address, call) => casePlace(api, address, call),
    status() {
      if (trouble !== null) return { name: "Slack", state: "down", detail: trouble };
      if (link === null) return { name: "Slack", state: "ok", detail: "not listening here" };
      const { isUp, detail } = link.state();
      const missing = greeting.missing();
      const lack = missing.length === 0 ? "" : `; missing scopes: ${missing.join(", ")}`;
      return { name: "Slack", state: isUp ? "ok" : "down", detail: detail + lack };
    },
    stopListening: async () => link?.close(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
