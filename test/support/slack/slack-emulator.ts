import { type ApiCall, startApiServer } from "./api-server.ts";
import type { Courier } from "./deliveries.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createHands, type Hands } from "./hands.ts";
import { createHttpCourier } from "./http-courier.ts";
import { createRateLimits, type RateLimits, SLACK_LIMITS, type SlackLimits } from "./limits.ts";
import { createPeople, type People } from "./people.ts";
import { readMessages, type SeenMessage } from "./reader.ts";
import { createResponseUrls } from "./response-urls.ts";
import { createScopes, type Scopes } from "./scopes.ts";
import { createSocketCourier, type SocketCourier } from "./socket-courier.ts";
import { createTriggers } from "./triggers.ts";
import { createWorld, type SlackChannel, type SlackUser, type World } from "./world.ts";

/** What the app was set up with, as its manifest says. */
interface AppSetup {
  readonly scopes: readonly string[];
  readonly events: readonly string[];
}

export interface SlackEmulatorOptions {
  readonly setup: AppSetup;
  readonly limits?: Partial<SlackLimits>;
  /** How far Slack's clock is ahead of ours. */
  readonly skewMs?: number;
}

/** Slack, on this machine: a workspace, its Web API, Socket Mode, and the people in it. */
export interface SlackEmulator extends People, Hands {
  /** What `SLACK_API_URL` is to be set to. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly world: World;
  readonly faults: Faults;
  readonly rates: RateLimits;
  readonly scopes: Scopes;
  readonly socket: SocketCourier;
  readonly dispatch: Dispatch;
  /** Every call of the Web API so far. */
  readonly calls: readonly ApiCall[];
  callsOf(method: string): readonly ApiCall[];
  /** Sends events over HTTP to this URL from now on; null goes back to Socket Mode. */
  useHttp(url: string | null): void;
  /** What somebody sees. `thread` is the root's `ts`; null shows the channel itself. */
  messages(
    channel: SlackChannel,
    thread: string | null,
    as?: SlackUser | null,
  ): readonly SeenMessage[];
  /** Waits until this gives something; looks again after every change and now and then. */
  until<Value>(look: () => Value | null | undefined | false, what?: string): Promise<Value>;
  close(): Promise<void>;
}

const UNTIL_MS = 100_000;
const POLL_MS = 20;

function createUntil(world: World): SlackEmulator["until"] {
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
      // What changes outside of the workspace (a connection, what the bot was told) rings no bell.
      const poll = setInterval(check, POLL_MS);
      const timer = setTimeout(() => {
        end();
        const lines = world.messages.map(({ user, text }) => `${user}: ${text.slice(0, 300)}`);
        reject(new Error(`never seen: ${what}\n${lines.join("\n")}`));
      }, UNTIL_MS);
      check();
    });
}

/** Starts on free ports of the loopback. */
export async function startSlack(options: SlackEmulatorOptions): Promise<SlackEmulator> {
  const limits: SlackLimits = { ...SLACK_LIMITS, ...options.limits };
  const world = createWorld({ skewMs: options.skewMs ?? 0 });
  const tokens = { bot: "xoxb-emulator", app: "xapp-emulator" } as const;
  const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5";
  const subscriptions = new Set(options.setup.events);
  const scopes = createScopes(world, options.setup.scopes);
  const faults = createFaults();
  const rates = createRateLimits(limits);
  const triggers = createTriggers(world, limits.triggerMs);
  const calls: ApiCall[] = [];
  let baseUrl = "";
  const responses = createResponseUrls({ world, limits, baseUrl: () => baseUrl });
  const api = await startApiServer({
    world,
    scopes,
    faults,
    rates,
    responses,
    tokens,
    onCall: (call) => {
      calls.push(call);
      world.changed();
    },
    context: (args) => ({
      world,
      limits,
      args,
      baseUrl,
      subscriptions,
      emit: (event) => void dispatch.event(event),
      redeemTrigger: triggers.redeem,
      socketUrl: () => socket.newUrl(),
    }),
  });
  ({ baseUrl } = api);
  const { server } = api;
  const socket = createSocketCourier({ server, baseUrl, appId: world.appId, ackMs: limits.ackMs });
  let courier: Courier = socket;
  const dispatch = createDispatch({
    world,
    limits,
    subscriptions,
    scopes,
    courier: () => courier,
  });
  const people = createPeople({ world, dispatch, baseUrl: () => baseUrl });
  const { directMessages } = people;
  const hands = createHands({
    world,
    dispatch,
    responses,
    triggers,
    baseUrl: () => baseUrl,
    directMessages,
  });
  return {
    ...people,
    ...hands,
    apiUrl: `${baseUrl}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret,
    world,
    faults,
    rates,
    scopes,
    socket,
    dispatch,
    calls,
    callsOf: (method) => calls.filter((call) => call.method === method),
    useHttp(url) {
      const { ackMs } = limits;
      courier =
        url === null ? socket : createHttpCourier({ url, signingSecret, ackMs, now: world.now });
    },
    messages: (channel, thread, as = null) =>
      readMessages(world, { channel: channel.id, thread, as: as?.id ?? null }),
    until: createUntil(world),
    async close() {
      socket.close();
      await api.close();
    },
  };
}
