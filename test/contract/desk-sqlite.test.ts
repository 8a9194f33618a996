import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteDesk } from "../../src/runtime/index.ts";
import { describeDesk } from "./desk-suite.ts";

describeDesk("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-store-"));
  const opened: ReturnType<typeof createSqliteDesk>[] = [];
  return {
    isShared: false,
    open: async (version) => {
      const handle = createSqliteDesk({ file: join(folder, "desk.db"), version });
      opened.push(handle);
      return handle;
    },
    dispose: async () => {
      for (const handle of opened) await handle.close();
      await rm(folder, { recursive: true });
    },
  };
});
