import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteMessageLog } from "../../src/runtime/index.ts";
import { describeMessageLog } from "./message-log-suite.ts";

describeMessageLog("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-store-"));
  const opened: ReturnType<typeof createSqliteMessageLog>[] = [];
  return {
    isShared: false,
    open: async () => {
      const handle = createSqliteMessageLog({ file: join(folder, "messages.db") });
      opened.push(handle);
      return handle;
    },
    dispose: async () => {
      for (const handle of opened) await handle.close();
      await rm(folder, { recursive: true });
    },
  };
});
