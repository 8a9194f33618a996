import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkSqliteFile } from "../runtime/index.ts";
import type { Finding } from "./finding.ts";

/** What the files of a data directory hold, in words. */
const DATABASES = {
  "conversations.db": "Conversations",
  "messages.db": "Messages",
  "desk.db": "Desk",
  "knowledge.db": "Knowledge",
  "jobs.db": "Background jobs",
  "memory.db": "Memory of the platforms",
} as const;

/** Group and others: whoever may look into the folder reads what was said. */
const FOREIGN_RIGHTS = 0o077;

function checkRights(dataDir: string): readonly Finding[] {
  if (process.platform === "win32" || !existsSync(dataDir)) return [];
  if ((statSync(dataDir).mode & FOREIGN_RIGHTS) === 0) return [];
  return [
    {
      check: "Rights",
      status: "warning",
      detail: `other users of this machine may look into ${dataDir}`,
      advice: `Conversations and documents lie there in clear text: chmod 700 ${dataDir}`,
    },
  ];
}

/** Whether the database files are whole and can be written; files that are not there yet are no finding. */
export function checkFiles(dataDir: string): readonly Finding[] {
  const databases = Object.entries(DATABASES).flatMap(([name, what]): readonly Finding[] => {
    const file = join(dataDir, name);
    if (!existsSync(file)) return [];
    const check = `${what} (${name})`;
    const fault = checkSqliteFile(file);
    if (fault === null) return [{ check, status: "ok", detail: "whole", advice: "" }];
    return [{ check, status: "problem", detail: fault.code, advice: fault.message }];
  });
  return [...checkRights(dataDir), ...databases];
}
