import { setTimeout as pause } from "node:timers/promises";
import { createMemoryChannel, type MemoryChannel } from "../adapters/memory/index.ts";
import { createDeskActs } from "./application/index.ts";
import { composeOffice } from "./compose-desk.ts";
import { composeEngine } from "./compose-engine.ts";
import { composeFlows } from "./compose-flows.ts";
import { composeKnowledge } from "./compose-knowledge.ts";
import { composeModels } from "./compose-models.ts";
import { composeStores } from "./compose-stores.ts";
import type { Config } from "./config.ts";
import { FrontdeskError, timeLimit } from "./core/index.ts";
import { createOpenedParts, type OpenedParts } from "./opened-parts.ts";
import type { Application } from "./ports/application.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import type { Clock } from "./ports/clock.ts";
import type { FlowCaller } from "./ports/flow-caller.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { KnowledgeBase } from "./ports/knowledge-base.ts";
import type { Logger } from "./ports/logger.ts";
import { createInbox, type Engine } from "./runtime/index.ts";
import { createMetrics } from "./server/index.ts";
import type { Stores } from "./stores.ts";

/** The real application (retrieval, flows, stores, people) on a platform in memory, under a clock that is moved by hand. */
export interface Rehearsal {
  readonly channel: MemoryChannel;
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly knowledge: KnowledgeBase;
  readonly desk: Pick<Application, "cases" | "actOnCase">;
  /** Messages that ended without a reply, in order: passed on to a person, or not meant for the bot. */
  settled(): readonly { readonly to: string; readonly outcome: "forwarded" | "ignored" }[];
  /** Moves the clock; timers that fall due by then fire. */
  advance(ms: number): void;
  /** Resolves when nothing is left to do until the clock is moved or somebody speaks; rejects after `withinMs` (30 s). */
  settle(call: { readonly signal: AbortSignal; readonly withinMs?: number }): Promise<void>;
  /** Resolves when the embedding model and the vectors can be used. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** What a rehearsal is made of. */
export interface RehearsalOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Answers in place of the programs that flows call. */
  readonly caller?: FlowCaller;
  /** Writes in place of the configured chat model; who gives it closes it. */
  readonly chatModel?: ChatModel;
}

const POLL_MS = 10;
const SETTLES_WITHIN_MS = 30_000;

/** A clock that stands still until it is moved. */
function createMovedClock(): Clock & { advance(ms: number): void } {
  let now = Date.now();
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}

async function isQuiet(stores: Stores, engine: Engine): Promise<boolean> {
  const { ready, leased, unread, waiting } = await stores.conversations.counts();
  return engine.active() === 0 && ready + leased + unread + waiting === 0;
}

async function untilQuiet(
  stores: Stores,
  engine: Engine,
  signal: AbortSignal,
  withinMs: number,
): Promise<void> {
  const patience = AbortSignal.any([signal, timeLimit(withinMs)]);
  while (!(await isQuiet(stores, engine))) {
    signal.throwIfAborted();
    if (patience.aborted) {
      throw new FrontdeskError(
        "internal",
        `The conversations did not come to rest within ${withinMs / 1_000} seconds.`,
      );
    }
    await pause(POLL_MS);
  }
}

async function open(options: RehearsalOptions, parts: OpenedParts): Promise<Rehearsal> {
  const { config, logger } = options;
  const { dataDir } = config;
  const clock = createMovedClock();
  const stores = parts.add(await composeStores({ config, dataDir, clock, logger }));
  const metrics = createMetrics();
  const models = parts.add(composeModels(config, logger, metrics.inference));
  const knowledge = parts.add(
    await composeKnowledge(
      { config, dataDir, observer: metrics, logger, chroma: { mode: "off" } },
      models,
      parts,
    ),
  );
  const inbox = createInbox(stores.conversations, clock);
  const closing = new AbortController();
  parts.add({ close: async () => closing.abort(new Error("the rehearsal ends")) });
  const chatModel = options.chatModel ?? models.chat;
  const common = { config, inbox, retriever: knowledge, chatModel, clock, logger };
  const people = composeOffice({
    ...common,
    desk: stores.desk,
    memory: stores.memory,
    shelf: knowledge.shelf,
    signal: closing.signal,
  });
  const channel = createMemoryChannel({ platform: "console" });
  const settled: { to: string; outcome: "forwarded" | "ignored" }[] = [];
  const engine = composeEngine({
    ...common,
    stores,
    people,
    platforms: { adapters: [], board: null, attachments: null },
    terminal: channel,
    onSettled: (to, outcome) => settled.push({ to, outcome }),
    pollMs: POLL_MS,
    webSearch: null,
    answerCache: null,
    jobs: { notify: async () => {} },
    flows: await composeFlows({ ...options, clock, isStrict: true }, parts),
    observer: metrics,
    owner: "rehearsal",
  });
  await engine.start();
  parts.add({ close: () => engine.close() });
  return {
    channel,
    clock,
    inbox,
    knowledge,
    desk: createDeskActs({ office: people.office, view: stores.desk }),
    settled: () => settled,
    advance: (ms) => clock.advance(ms),
    settle: ({ signal, withinMs = SETTLES_WITHIN_MS }) =>
      untilQuiet(stores, engine, signal, withinMs),
    warm: async () => {
      await Promise.allSettled([models.ready({ signal: closing.signal }), knowledge.warm()]);
    },
    close: () => parts.close(),
  };
}

/** Opens a rehearsal in the data directory of the configuration, which should be a fresh one. */
export async function composeRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const parts = createOpenedParts(options.logger);
  try {
    return await open(options, parts);
  } catch (error) {
    await parts.close();
    throw error;
  }
}
