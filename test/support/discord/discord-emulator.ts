import { type ApiCall, startApiServer } from "./api-server.ts";
import { type Buckets, createBuckets } from "./buckets.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createGatewayServer, type GatewayServer } from "./gateway-server.ts";
import { createHands, type Hands } from "./hands.ts";
import { createInteractions, type Interactions } from "./interactions.ts";
import { DISCORD_LIMITS, type DiscordLimits } from "./limits.ts";
import { botSees, createPeople, type People } from "./people.ts";
import { readMessages, type SeenMessage } from "./reader.ts";
import {
  createWorld,
  type DiscordChannel,
  type DiscordUser,
  type Emit,
  type World,
} from "./world.ts";

export interface DiscordEmulatorOptions {
  readonly limits?: Partial<DiscordLimits>;
  /** Whether Message Content Intent is switched on in the Developer Portal. */
  readonly hasMessageContent?: boolean;
  /** How many shards Discord advises. */
  readonly shards?: number;
}

/** Discord, on this machine: servers, the REST API, the gateway, and the people. */
export interface DiscordEmulator extends People, Hands {
  /** What `DISCORD_API_URL` is to be set to. */
  readonly apiUrl: string;
  readonly token: string;
  readonly world: World;
  readonly faults: Faults;
  readonly buckets: Buckets;
  readonly gateway: GatewayServer;
  readonly interactions: Interactions;
  /** Every request so far. */
  readonly calls: readonly ApiCall[];
  callsOf(route: string): readonly ApiCall[];
  allowMessageContent(isAllowed: boolean): void;
  /** What somebody sees in a channel or thread. */
  messages(channel: DiscordChannel, as?: DiscordUser | null): readonly SeenMessage[];
  /** Waits until this gives something; looks again after every change and now and then. */
  until<Value>(look: () => Value | null | undefined | false, what?: string): Promise<Value>;
  close(): Promise<void>;
}

const UNTIL_MS = 100_000;
const POLL_MS = 20;

function createUntil(world: World): DiscordEmulator["until"] {
  return (look, what = look.toString()) =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        clearInterval(poll);
        stop();
      };
      const check = (): void => {
        const value = look();
        if (value === null || value === undefined || value === false) return;
        end();
        resolve(value);
      };
      const stop = world.onChange(check);
      // What changes outside (a connection, what the bot was told) rings no bell.
      const poll = setInterval(check, POLL_MS);
      const timer = setTimeout(() => {
        end();
        const lines = world.messages.map((one) => `${one.authorId}: ${one.content.slice(0, 300)}`);
        reject(new Error(`never seen: ${what}\n${lines.join("\n")}`));
      }, UNTIL_MS);
      check();
    });
}

/** Starts on free ports of the loopback. */
export async function startDiscord(options: DiscordEmulatorOptions = {}): Promise<DiscordEmulator> {
  const limits: DiscordLimits = { ...DISCORD_LIMITS, ...options.limits };
  const world = createWorld();
  const token = "emulator.bot.token";
  const faults = createFaults();
  const buckets = createBuckets(limits);
  const interactions = createInteractions(world, limits);
  const calls: ApiCall[] = [];
  let { hasMessageContent = true } = options;
  let baseUrl = "";
  const emit: Emit = (name, data, guild, channel) => {
    if (botSees(world, channel)) gateway.emit(name, data, guild);
  };
  const people = createPeople({ world, baseUrl: () => baseUrl, emit });
  const api = await startApiServer({
    world,
    token,
    faults,
    buckets,
    onCall: (call) => {
      calls.push(call);
      world.changed();
    },
    context: (request) => ({
      ...request,
      world,
      limits,
      baseUrl,
      interactions,
      hasMessageContent,
      emit,
      directMessages: people.directMessages,
      shards: options.shards ?? 1,
      starts: () => gateway.starts(),
    }),
  });
  ({ baseUrl } = api);
  const gateway = createGatewayServer({
    server: api.server,
    baseUrl,
    token,
    world,
    limits,
    hasMessageContent: () => hasMessageContent,
  });
  return {
    ...people,
    ...createHands({ world, interactions, emit, baseUrl: () => baseUrl }),
    apiUrl: `${baseUrl}/api`,
    token,
    world,
    faults,
    buckets,
    gateway,
    interactions,
    calls,
    callsOf: (route) => calls.filter((call) => call.route === route),
    allowMessageContent(isAllowed) {
      hasMessageContent = isAllowed;
    },
    messages: (channel, as = null) => readMessages(world, channel.id, as?.id ?? null),
    until: createUntil(world),
    async close() {
      gateway.close();
      await api.close();
    },
  };
}
