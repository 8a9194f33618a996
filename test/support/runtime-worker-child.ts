// A worker that kills itself with SIGKILL at a marked point. Started by the kill tests with one JSON argument.
import { z } from "zod";
import { systemClock } from "../../src/ports/clock.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { TaskHandlers } from "../../src/ports/task.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  type EngineOptions,
  silentObserver,
} from "../../src/runtime/index.ts";
import { eventually } from "./runtime-eventually.ts";
import { createFileChannel } from "./runtime-file-channel.ts";
import { BEFORE_DEPLOY, KILL_POINTS, type KillPoint, replyTo } from "./runtime-kill-points.ts";
import { messageIn, smallKind } from "./runtime-machines.ts";
import { openStoreAt, storePlaceSchema } from "./store-place.ts";

const argument = z.object({
  store: storePlaceSchema,
  channel: z.string(),
  owner: z.string(),
  text: z.string(),
  point: z.enum(KILL_POINTS),
  leaseMs: z.number(),
});
const {
  store: place,
  channel: channelFile,
  owner,
  text,
  point,
  leaseMs,
} = argument.parse(JSON.parse(process.argv[2] ?? "null"));

/** Ends this process, as the kernel would, when it has come to the point of this round. */
function reach(reached: KillPoint): void {
  if (reached !== point) return;
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment; nothing may happen in it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

const store = openStoreAt(place);
let commits = 0;
const marked: ConversationStore = {
  ...store,
  claim: async (request) => {
    const claims = await store.claim(request);
    if (claims.length > 0) reach("after-claim");
    return claims;
  },
  commit: async (lease, commit) => {
    if (commit.snapshot.includes('"reply.post"')) reach("after-task-before-commit");
    await store.commit(lease, commit);
    commits += 1;
    if (commit.release) reach("after-release");
  },
};

const isDrafting = point === "after-draft-post" || point === "after-draft-edit";
const channel = createFileChannel(channelFile, {
  ...(isDrafting ? { drafts: { minIntervalMs: 1 } } : {}),
  at: (reached) => {
    if (reached === "before-send") reach("before-send");
    if (reached === "before-send" && channel.texts().length > 0) reach("between-parts");
    if (reached === "after-send") reach(isDrafting ? "after-draft-post" : "after-send");
    if (reached === "after-edit") reach("after-draft-edit");
  },
});

const tasks: TaskHandlers = {
  understand: async () => ({ intent: "ask" }),
  answer: async (input, { progress }) => {
    reach("during-task");
    if (point === "during-committed-task") {
      while (commits === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      reach("during-committed-task");
    }
    if (point === "stopped-in-task") process.kill(process.pid, "SIGSTOP");
    for (const piece of isDrafting ? ["half ", "an ", "answer"] : []) {
      progress({ type: "text", delta: piece });
      while (channel.texts().length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return replyTo(input);
  },
};

const inbox = createInbox(store, systemClock);
const common = {
  effects: {},
  channels: [channel],
  logger: silentLogger,
  clock: systemClock,
  owner,
  tuning: { pollMs: 20, leaseMs, foldMs: 1 },
} satisfies Partial<EngineOptions>;

/** The version before the deploy answers something and ends in good order. */
async function workAsOlderVersion(): Promise<void> {
  const older = createEngine({
    ...common,
    store,
    registry: createRegistry([smallKind()]),
    tasks: {
      understand: async () => ({ intent: "ask" }),
      answer: async (input) => replyTo(input),
    },
  });
  await inbox.receive(messageIn("c", BEFORE_DEPLOY), ["event:0"]);
  await older.start();
  await eventually("the reply before the deploy", () => channel.texts().length > 0);
  await older.drain({ timeoutMs: 5_000 });
}

if (point === "during-migration") await workAsOlderVersion();
const migrations = {
  1: (old: unknown) => {
    reach("during-migration");
    return old;
  },
};
const kind = smallKind({
  ...(point === "during-migration" ? { version: 2, migrations } : {}),
  ...(point === "between-parts" ? { followUpMs: 0 } : {}),
});
await inbox.receive(messageIn("c", text), ["event:1"]);
reach("after-append");

const engine = createEngine({
  ...common,
  store: marked,
  registry: createRegistry([kind]),
  tasks,
  observer: {
    ...silentObserver,
    leaseLost: () => {
      // On a crowded machine others may lose their lease for a moment too, and take it up again.
      if (point !== "stopped-in-task") return;
      process.stdout.write("lease lost\n");
      process.exit(0);
    },
  },
});
await engine.start();
