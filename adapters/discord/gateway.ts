import { setTimeout as sleep } from "node:timers/promises";
import { type IIdentifyThrottler, WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import { GatewayCloseCodes, type REST } from "discord.js";
import { errorMessage } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { translateDiscordError } from "./errors.ts";
import { type IntentName, intentBits, intentsFor } from "./intents.ts";
import type { Sessions } from "./sessions.ts";
import type { SharedRates } from "./shared-rates.ts";

/** What the tests shorten. */
export interface GatewayTuning {
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  readonly helloMs: number;
  /** When a session may begin; null for what Discord asks, over all processes. */
  readonly identifyThrottler: IIdentifyThrottler | null;
}

export const GATEWAY_TUNING: GatewayTuning = {
  firstRetryMs: 1_000,
  maxRetryMs: 60_000,
  helloMs: 30_000,
  identifyThrottler: null,
};

export interface GatewayOptions {
  readonly token: string;
  readonly rest: REST;
  readonly rates: SharedRates;
  readonly shardCount: number | null;
  readonly shardIds: readonly number[] | null;
  readonly sessions: Sessions;
  /** Whether to be told of who types. */
  readonly hearsTyping: boolean;
  /** An event; resolves when it is durable. */
  readonly take: (name: string, data: unknown) => Promise<void>;
  /** Resolves when everything that was received is taken in. */
  readonly settled: () => Promise<void>;
  /** A new session began: what happened meanwhile has to be looked up. */
  readonly onNewSession: (shard: number) => void;
  readonly tuning: GatewayTuning;
  readonly logger: Logger;
}

/** The connection on which Discord tells what happens. */
export interface Gateway {
  start(): void;
  state(): { readonly isUp: boolean; readonly detail: string };
  /** Hears nothing more. The session stays good for the next process. */
  close(): Promise<void>;
}

/** Closes that no new try would mend. */
const FATAL: ReadonlyMap<number, string> = new Map([
  [
    GatewayCloseCodes.AuthenticationFailed,
    "Discord refuses the token: copy a new one from the application's Bot page into DISCORD_TOKEN.",
  ],
  [
    GatewayCloseCodes.InvalidShard,
    "Discord refuses the shards: check discord.shardCount and discord.shardIds.",
  ],
  [
    GatewayCloseCodes.ShardingRequired,
    "The bot is in too many servers for one shard: leave discord.shardCount unset.",
  ],
]);

const NO_CONTENT =
  "Discord does not let the bot read messages: switch on Message Content Intent on the application's Bot page. Until then it answers mentions, direct messages and commands only.";

const KEEP_SESSION = 4_200;
/** What is not taken in after this time comes again when the session goes on. */
const SETTLE_MS = 5_000;
/** The library's own end never comes, and a new connection does, when it is told to end while a session begins. */
const END_MS = 1_500;
const NEVER = new Promise<never>(() => {});

/** The library's manager, and the way to end it for good. */
interface Connection {
  readonly manager: WebSocketManager;
  end(): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { sessions, tuning, logger, rest } = options;
  const closing = new AbortController();
  const closed = new Promise<void>((resolve) => {
    closing.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const up = new Set<number>();
  let connection: Connection | null = null;
  let shards = 0;
  const { hearsTyping: typing } = options;
  const allIntents = intentsFor({ content: true, typing });
  const fewerIntents = intentsFor({ content: false, typing });
  let intents: readonly IntentName[] = allIntents;
  let fatal: string | null = null;
  let trouble: string | null = null;
  let isConnected = false;
  let running: Promise<void> | null = null;

  const again = (): void => {
    isConnected = false;
    running = Promise.resolve(connection?.end()).then(run, run);
  };

  const listen = (made: WebSocketManager): void => {
    made.on(WebSocketShardEvents.Dispatch, ({ data, shardId }) => {
      const { t: name, s: sequence, d } = data;
      const taken = sessions.received(shardId, sequence);
      // It fails only when this process ends: the next one gets it again.
      options.take(name, d).then(taken, () => {});
    });
    made.on(WebSocketShardEvents.Ready, ({ shardId }) => {
      up.add(shardId);
      options.onNewSession(shardId);
    });
    made.on(WebSocketShardEvents.Resumed, ({ shardId }) => {
      up.add(shardId);
      logger.info({ shardId }, "Discord's session goes on");
    });
    made.on(WebSocketShardEvents.Closed, ({ code, shardId }) => {
      up.delete(shardId);
      if (closing.signal.aborted) return;
      logger.info({ code, shardId }, "the connection to Discord was closed");
      fatal = FATAL.get(code) ?? fatal;
      if (code !== GatewayCloseCodes.DisallowedIntents) return;
      intents = fewerIntents;
      if (isConnected) again();
    });
    made.on(WebSocketShardEvents.Error, ({ error, shardId }) => {
      logger.warn({ reason: errorMessage(error), shardId }, "trouble with Discord's gateway");
    });
  };

  const throttlerFor = (of: WebSocketManager): IIdentifyThrottler => ({
    async waitForIdentify(shard, signal) {
      // Asked anew each time: Discord takes the token away from who begins more sessions a day than it allows.
      const asked = of.fetchGatewayInformation(true).catch(() => of.fetchGatewayInformation());
      const { session_start_limit: starts } = await asked;
      if (starts.remaining <= 0) {
        trouble = `Discord allows no more sessions for ${Math.ceil(starts.reset_after / 60_000)} minutes: the bot was started too often. \`frontdesk doctor\` shows how many are left.`;
        logger.error({ total: starts.total }, trouble);
        await sleep(starts.reset_after, undefined, { signal });
      }
      await options.rates.identify(shard % Math.max(1, starts.max_concurrency), signal);
    },
  });

  const make = (): Connection => {
    const { identifyThrottler } = tuning;
    let isOver = false;
    const made = new WebSocketManager({
      token: options.token,
      rest,
      intents: intentBits(intents),
      shardCount: options.shardCount,
      shardIds: options.shardIds === null ? null : [...options.shardIds],
      helloTimeout: tuning.helloMs,
      // What comes to life again after its end goes no further than this.
      retrieveSessionInfo: (shard) => (isOver ? NEVER : sessions.retrieve(shard)),
      updateSessionInfo: (shard, session) => sessions.update(shard, session),
      buildIdentifyThrottler: (of) => identifyThrottler ?? throttlerFor(of),
    });
    listen(made);
    return {
      manager: made,
      async end() {
        isOver = true;
        const how = { code: KEEP_SESSION, reason: "restart" };
        const ended = Promise.resolve(made.destroy(how)).catch(() => {});
        await Promise.race([ended, sleep(END_MS, undefined, { ref: false })]);
      },
    };
  };

  /** True when connected; false when it is worth another try. */
  const tryOnce = async (): Promise<boolean> => {
    const had = intents;
    try {
      connection = make();
      const { manager } = connection;
      const ids = await manager.getShardIds();
      shards = ids.length;
      if (had === allIntents) await sessions.load(ids);
      await Promise.race([manager.connect(), closed]);
      if (closing.signal.aborted) return true;
      isConnected = true;
      trouble = null;
      if (intents === fewerIntents) logger.error({}, NO_CONTENT);
      return true;
    } catch (error) {
      if (closing.signal.aborted) return true;
      const translated = translateDiscordError(error, "a connection to the gateway");
      const reason = fatal ?? (intents === had ? translated.message : NO_CONTENT);
      trouble = reason;
      logger.warn({ reason }, "Discord cannot be reached");
      if (translated.code === "delivery_rejected") fatal = translated.message;
      await connection?.end();
      return false;
    }
  };

  const run = async (): Promise<void> => {
    let waitMs = tuning.firstRetryMs;
    while (!closing.signal.aborted && fatal === null) {
      const had = intents;
      if (await tryOnce()) return;
      if (had !== intents) continue;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => {});
      waitMs = Math.min(2 * waitMs, tuning.maxRetryMs);
    }
    if (fatal !== null) logger.error({}, fatal);
  };

  let ended: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    closing.abort(new Error("the gateway is closed"));
    sessions.freeze();
    await connection?.end();
    await running;
    await Promise.race([options.settled(), sleep(SETTLE_MS, undefined, { ref: false })]);
    await sessions.close();
  };

  return {
    start() {
      running ??= run();
    },
    state() {
      const isUp = up.size > 0 && up.size >= shards;
      const lack = intents === fewerIntents ? ` ${NO_CONTENT}` : "";
      if (isUp) return { isUp, detail: `${up.size} of ${shards} shards connected.${lack}` };
      return { isUp, detail: fatal ?? trouble ?? `${up.size} of ${shards} shards connected` };
    },
    close() {
      ended ??= close();
      return ended;
    },
  };
}
