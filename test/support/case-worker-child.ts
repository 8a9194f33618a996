// A worker that opens a case and kills itself with SIGKILL as soon as the case's timer is stored. Takes one JSON argument.
import { z } from "zod";
import { caseKind } from "../../flows/index.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  createSqliteStore,
} from "../../src/runtime/index.ts";
import { OFFICE_SETTINGS, requestedCase } from "./office-case.ts";

const { file, now } = z
  .object({ file: z.string(), now: z.number() })
  .parse(JSON.parse(process.argv[2] ?? "null"));
const clock = { now: () => now };
const store = createSqliteStore({ file, clock, synchronous: "full" });
const marked: ConversationStore = {
  ...store,
  commit: async (lease, commit) => {
    await store.commit(lease, commit);
    if (commit.timers.length > 0) process.kill(process.pid, "SIGKILL");
  },
};
const event = requestedCase(now);
await createInbox(store, clock).tell({ kind: "case", id: event.caseId }, { ...event }, []);
const engine = createEngine({
  store: marked,
  registry: createRegistry([caseKind(OFFICE_SETTINGS)]),
  tasks: {},
  effects: { "desk.publish": () => Promise.resolve() },
  channels: [],
  logger: silentLogger,
  clock,
  owner: "before the power cut",
  tuning: { pollMs: 20 },
});
await engine.start();
