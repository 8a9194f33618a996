import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { destination, pino } from "pino";
import type { Config } from "./config.ts";
import type { Logger } from "./ports/logger.ts";

/** Where log lines go. Never standard output: that belongs to the conversation. */
export type LogTarget =
  | { readonly type: "stderr" }
  | { readonly type: "file"; readonly path: string };

const SECRET_PATHS = ["token", "apiKey", "authorization", "password", "secret"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** A logger and the way to write out what it still holds. */
export interface ClosableLogger extends Logger {
  flush(): void;
}

/** JSON lines by pino; secrets are blanked by name. */
export function createLogger(level: Config["log"]["level"], target: LogTarget): ClosableLogger {
  if (target.type === "file") mkdirSync(dirname(target.path), { recursive: true });
  const stream = destination({
    dest: target.type === "file" ? target.path : 2,
    sync: true,
    append: true,
  });
  // A full disk or a closed pipe must not take the bot down with its log.
  stream.on("error", () => {});
  const logger = pino(
    { level, base: { pid: process.pid }, redact: { paths: SECRET_PATHS, censor: "[redacted]" } },
    stream,
  );
  return Object.assign(logger, { flush: () => stream.flushSync() });
}
