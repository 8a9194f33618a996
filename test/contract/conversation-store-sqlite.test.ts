import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/ports/clock.ts";
import { createSqliteStore } from "../../src/runtime/index.ts";
import type { Store } from "./conversation-store-context.ts";
import { describeConversationStore } from "./conversation-store-suite.ts";

describeConversationStore("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-store-"));
  const handles: Store[] = [];
  const open = async (): Promise<Store> => {
    const file = join(folder, "conversations.db");
    const store = createSqliteStore({ file, clock: systemClock, synchronous: "full" });
    handles.push(store);
    return store;
  };
  return {
    store: await open(),
    open,
    dispose: async () => {
      for (const handle of handles) await handle.close();
      await rm(folder, { recursive: true });
    },
  };
});
