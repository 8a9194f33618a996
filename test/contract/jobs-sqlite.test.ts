import { join } from "node:path";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createSqliteJobs } from "../../src/runtime/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { jobsSuite } from "./jobs-suite.ts";

jobsSuite("one process, in SQLite", async () => {
  const file = join(temporaryFolder(), "jobs.db");
  return {
    open: async (kinds) =>
      createSqliteJobs({ file, kinds, clock: systemClock, logger: silentLogger }),
  };
});
