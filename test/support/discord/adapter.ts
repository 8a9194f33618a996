import {
  createDiscordAdapter,
  DISCORD_DEFAULTS,
  type DiscordAdapter,
  type DiscordHost,
  type DiscordSettings,
  GATEWAY_TUNING,
} from "../../../adapters/discord/index.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import { type Logger, silentLogger } from "../../../src/ports/logger.ts";
import type { SharedBudget } from "../../../src/ports/shared-budget.ts";
import { createMemoryBudget } from "../../../src/runtime/index.ts";
import { createMemoryStore } from "../memory-store.ts";
import type { DiscordEmulator } from "./discord-emulator.ts";

/** Pacing that suits an emulator whose limits are a hundred times as quick. */
const QUICK_PACING = {
  postsPerWindow: 5,
  windowMs: 60,
  maxWaitMs: 2_500,
  draftIntervalMs: 20,
} as const;

/** The emulator's limits that go with {@link QUICK_PACING}. */
export const QUICK_LIMITS = { windowMs: 50, globalPerSecond: 10_000, identifyMs: 0 } as const;

const anyTime = { waitForIdentify: () => Promise.resolve() };

export interface AdapterOptions {
  readonly settings?: Partial<DiscordSettings>;
  readonly logger?: Logger;
  readonly memory?: KeyedMemory;
  readonly budget?: SharedBudget;
  readonly clock?: Clock;
  /** Sessions begin when Discord allows them, not at any time. */
  readonly isThrottled?: boolean;
  readonly waits?: { readonly lookEveryMs: number; readonly lineAfterMs: number };
}

/** An adapter that speaks to this emulator. */
export function adapterFor(
  discord: DiscordEmulator,
  host: DiscordHost,
  options: AdapterOptions = {},
): DiscordAdapter {
  return createDiscordAdapter({
    settings: {
      ...DISCORD_DEFAULTS,
      token: discord.token,
      apiUrl: discord.apiUrl,
      pacing: QUICK_PACING,
      ...options.settings,
    },
    host,
    memory: options.memory ?? createMemoryStore(),
    budget: options.budget ?? createMemoryBudget(),
    clock: options.clock ?? { now: () => discord.world.now() },
    logger: options.logger ?? silentLogger,
    ...(options.waits === undefined ? {} : { waits: options.waits }),
    tuning: {
      ...GATEWAY_TUNING,
      firstRetryMs: 10,
      maxRetryMs: 50,
      helloMs: 2_000,
      identifyThrottler: options.isThrottled === true ? null : anyTime,
    },
  });
}

/** A host that takes everything in and says nothing. */
export function silentHost(parts: Partial<DiscordHost> = {}): DiscordHost {
  return {
    inbox: { receive: () => Promise.resolve(true), tell: () => Promise.resolve(true) },
    retriever: null,
    knowledge: null,
    shelf: null,
    titles: null,
    office: null,
    typing: null,
    isKnown: () => Promise.resolve(false),
    onFeedback: () => Promise.resolve(),
    ...parts,
  };
}
