import type { OutgoingRequest } from "../knowledge/ingest/index.ts";
import type { Logger } from "./ports/logger.ts";

/** Logs what goes out to web servers and search engines: which of them, not what was asked. */
export function createEgressLog(logger: Logger): (request: OutgoingRequest) => void {
  const egress = logger.child({ component: "egress" });
  return ({ method, origin, path }) => egress.info({ method, origin, path }, "outgoing request");
}
