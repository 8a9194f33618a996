import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InstanceAddress } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { type Clock, systemClock } from "../../src/ports/clock.ts";
import type { ConversationDirectory } from "../../src/ports/conversation-directory.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";
import type { EffectHandlers } from "../../src/ports/effect.ts";
import { type Logger, silentLogger } from "../../src/ports/logger.ts";
import type { TaskHandlers } from "../../src/ports/task.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  createSqliteStore,
  type Engine,
  type EngineTuning,
  type MachineKind,
  type RuntimeObserver,
} from "../../src/runtime/index.ts";
import { eventually } from "./runtime-eventually.ts";
import { messageIn, smallKind } from "./runtime-machines.ts";

/** An engine of a test; everything is optional. */
interface WorkerOptions {
  readonly kinds?: readonly MachineKind[];
  readonly tasks?: TaskHandlers;
  readonly effects?: EffectHandlers;
  readonly channels?: readonly Channel[];
  readonly owner?: string;
  readonly tuning?: Partial<EngineTuning>;
  readonly observer?: RuntimeObserver;
  readonly logger?: Logger;
  /** In place of the world's own. */
  readonly store?: ConversationStore;
}

/** A store in a folder of its own, with engines on it. */
export interface RuntimeWorld {
  readonly store: ConversationStore & ConversationDirectory;
  readonly file: string;
  /** Says something in a console conversation; false when its key was known. */
  say(name: string, text: string, key?: string): Promise<boolean>;
  tell(
    instance: InstanceAddress,
    event: { readonly type: string } & Record<string, unknown>,
  ): Promise<boolean>;
  startWorker(options?: WorkerOptions): Promise<Engine>;
  /** Resolves when nothing is unread, leased or due any more. */
  settled(): Promise<void>;
  /** Counts the commits that the store was asked for. */
  commits(): number;
  dispose(): Promise<void>;
}

/** The dialogue of a console conversation. */
export function dialogueOf(name: string): InstanceAddress {
  return { kind: "dialogue", id: `console:${name}` };
}

/** Tasks of the small assistant that answer at once by repeating. */
export const echoTasks: TaskHandlers = {
  understand: async () => ({ intent: "ask" }),
  answer: async (input) => `answer to: ${textOf(input)}`,
};

/** The `text` of a task's input. */
export function textOf(input: unknown): string {
  const hasText = typeof input === "object" && input !== null && "text" in input;
  return hasText ? String(input.text) : "?";
}

/** Opens a world on SQLite, or on the store that is given. `dispose` ends all of it. */
export async function createRuntimeWorld(
  clock: Clock = systemClock,
  given?: ConversationStore & ConversationDirectory,
): Promise<RuntimeWorld> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-runtime-"));
  const file = join(folder, "conversations.db");
  const store = given ?? createSqliteStore({ file, clock, synchronous: "normal" });
  const inbox = createInbox(store, clock);
  const engines: Engine[] = [];
  let commits = 0;
  const counting: ConversationStore = {
    ...store,
    commit: (lease, commit) => {
      commits += 1;
      return store.commit(lease, commit);
    },
  };

  return {
    store,
    file,
    say: (name, text, key = randomUUID()) => inbox.receive(messageIn(name, text), [key]),
    tell: (instance, event) => inbox.tell(instance, event, []),
    startWorker: async (options = {}) => {
      const engine = createEngine({
        store: options.store ?? counting,
        registry: createRegistry(options.kinds ?? [smallKind()]),
        tasks: options.tasks ?? echoTasks,
        effects: options.effects ?? {},
        channels: options.channels ?? [],
        logger: options.logger ?? silentLogger,
        clock,
        owner: options.owner ?? randomUUID(),
        ...(options.observer === undefined ? {} : { observer: options.observer }),
        tuning: {
          pollMs: 20,
          mailboxPollMs: 20,
          deliveryRetryMs: 5,
          taskRetryMs: 2,
          ...options.tuning,
        },
      });
      engines.push(engine);
      await engine.start();
      return engine;
    },
    settled: async () => {
      await eventually("quiet", async () => {
        const { ready, leased, unread } = await store.counts();
        return ready + leased + unread === 0;
      });
    },
    commits: () => commits,
    dispose: async () => {
      for (const engine of engines) await engine.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
