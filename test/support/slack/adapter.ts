import { z } from "zod";
import {
  type AttentionTuning,
  createSlackAdapter,
  SLACK_DEFAULTS,
  type SlackAdapter,
  type SlackHost,
  type SlackSettings,
  slackManifest,
} from "../../../adapters/slack/index.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import { type Logger, silentLogger } from "../../../src/ports/logger.ts";
import type { SharedBudget } from "../../../src/ports/shared-budget.ts";
import { createMemoryBudget, createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { type SlackEmulator, type SlackEmulatorOptions, startSlack } from "./slack-emulator.ts";

const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

/** An emulator with the app set up as its manifest says, and nothing more. */
export function startSlackFor(options: Partial<SlackEmulatorOptions> = {}): Promise<SlackEmulator> {
  const { mode, commands, prompts } = SLACK_DEFAULTS;
  const manifest = manifestSchema.parse(
    slackManifest({ mode, commands, prompts, publicUrl: null }),
  );
  const setup = {
    scopes: manifest.oauth_config.scopes.bot,
    events: manifest.settings.event_subscriptions.bot_events,
  };
  return startSlack({ setup, ...options });
}

/** Pacing that suits an emulator whose limits are a hundred times as quick. */
const QUICK_PACING = {
  postIntervalMs: 20,
  windowMs: 600,
  updatesPerWindow: 50,
  keptForFinal: 25,
  maxWaitMs: 2_500,
} as const;

/** The emulator's limits that go with {@link QUICK_PACING}. */
export const QUICK_LIMITS = {
  postIntervalMs: 5,
  windowMs: 300,
  retryDelaysMs: [5, 20, 50],
} as const;

/** A memory that two adapters can share, or that outlives one of them. */
export function testMemory(): KeyedMemory {
  return createSqliteKeyedMemory({ file: ":memory:", clock: systemClock });
}

/** An adapter that speaks to this emulator. */
export function adapterFor(
  slack: SlackEmulator,
  host: SlackHost,
  options: {
    readonly settings?: Partial<SlackSettings>;
    readonly logger?: Logger;
    readonly memory?: KeyedMemory;
    readonly budget?: SharedBudget;
    readonly attention?: AttentionTuning;
    readonly answerMs?: number;
  } = {},
): SlackAdapter {
  return createSlackAdapter({
    settings: {
      ...SLACK_DEFAULTS,
      botToken: slack.botToken,
      appToken: slack.appToken,
      signingSecret: slack.signingSecret,
      apiUrl: slack.apiUrl,
      http: { host: "127.0.0.1", port: 0 },
      pacing: QUICK_PACING,
      ...options.settings,
    },
    host,
    memory: options.memory ?? testMemory(),
    budget: options.budget ?? createMemoryBudget(),
    clock: systemClock,
    logger: options.logger ?? silentLogger,
    tuning: {
      socket: { connections: 2, firstRetryMs: 10, maxRetryMs: 50 },
      helloMs: 2_000,
      ...(options.attention === undefined ? {} : { attention: options.attention }),
      ...(options.answerMs === undefined ? {} : { answerMs: options.answerMs }),
      errands: { leaseMs: 3_000, firstRetryMs: 10, maxRetryMs: 50, lookEveryMs: 50 },
    },
  });
}

/** A host that takes everything in and says nothing. */
export function silentHost(parts: Partial<SlackHost> = {}): SlackHost {
  return {
    inbox: { receive: () => Promise.resolve(true), tell: () => Promise.resolve(true) },
    retriever: null,
    knowledge: null,
    shelf: null,
    desk: null,
    office: null,
    isKnown: () => Promise.resolve(false),
    onFeedback: () => Promise.resolve(),
    ...parts,
  };
}
