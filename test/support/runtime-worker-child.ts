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
  createSqliteStore,
  silentObserver,
} from "../../src/runtime/index.ts";
import { createFileChannel } from "./runtime-file-channel.ts";
import { KILL_POINTS, type KillPoint, replyTo } from "./runtime-kill-points.ts";
import { messageIn, smallKind } from "./runtime-machines.ts";

const argument = z.object({
  store: z.string(),
  channel: z.string(),
  owner: z.string(),
  text: z.string(),
  point: z.enum(KILL_POINTS),
  leaseMs: z.number(),
});
const {
  store: file,
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

const store = createSqliteStore({ file, clock: systemClock, synchronous: "full" });
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
await inbox.receive(messageIn("c", text), ["event:1"]);
reach("after-append");

const engine = createEngine({
  store: marked,
  registry: createRegistry([smallKind()]),
  tasks,
  effects: {},
  channels: [channel],
  logger: silentLogger,
  clock: systemClock,
  owner,
  observer: {
    ...silentObserver,
    leaseLost: () => {
      // On a crowded machine others may lose their lease for a moment too, and take it up again.
      if (point !== "stopped-in-task") return;
      process.stdout.write("lease lost\n");
      process.exit(0);
    },
  },
  tuning: { pollMs: 20, leaseMs, foldMs: 1 },
});
await engine.start();
