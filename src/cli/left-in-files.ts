import type { Config } from "../config.ts";
import { systemClock } from "../ports/clock.ts";
import { countLeftInFiles, type LeftInFiles } from "../runtime/index.ts";
import type { Finding } from "./finding.ts";

const ADVICE =
  "`frontdesk move-to-redis` brings them over, while Frontdesk is stopped; without that everybody begins anew.";

function describe({ conversations, unfinished, openCases }: LeftInFiles): string {
  const parts = [
    conversations === 1 ? "1 conversation" : `${conversations} conversations`,
    ...(unfinished > 0 ? [`${unfinished} of them unfinished`] : []),
    ...(openCases > 0 ? [openCases === 1 ? "1 open case" : `${openCases} open cases`] : []),
  ];
  return `${parts.join(", ")} in SQLite files, which are not used with REDIS_URL`;
}

/** Whether SQLite files hold conversations that nobody goes on with, because Redis is used; null when all is well. */
export function checkLeftInFiles(config: Config): Finding | null {
  if (config.redisUrl === null) return null;
  try {
    const left = countLeftInFiles(config.dataDir, systemClock);
    if (left === null) return null;
    const check = "Left in SQLite";
    return { check, status: "warning", detail: describe(left), advice: ADVICE };
  } catch {
    // A hint stops nothing: what is wrong with a file is told where files are looked at.
    return null;
  }
}
