import { once } from "node:events";
import { KNOWLEDGE_PEERS } from "../application/index.ts";
import type { Role } from "../compose-roles.ts";
import type { Config } from "../config.ts";
import type { Application } from "../ports/application.ts";
import type { Logger } from "../ports/logger.ts";
import type { PlatformAdapter } from "../ports/platform-adapter.ts";
import type { TicketIntake } from "../ports/ticket-system.ts";
import type { KnowledgeService, Metrics, RestService } from "../server/index.ts";
import { type Io, writeLine } from "./io.ts";
import { checkLeftInFiles } from "./left-in-files.ts";

export interface StartOptions {
  readonly config: Config;
  readonly role: Role;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly adapters: readonly PlatformAdapter[];
  /** Served to other machines; null when there is nothing to serve. */
  readonly knowledgeService: KnowledgeService | null;
  readonly restService: RestService | null;
  /** Rejects when the stores turn out to be unfit, which ends the start. */
  readonly begun: Promise<void>;
  /** Takes what a ticket system tells; null without one. */
  readonly tickets: TicketIntake | null;
}

function warnUnused({ config, role }: StartOptions, io: Io): void {
  const left = role === "knowledge" ? null : checkLeftInFiles(config);
  if (left !== null) writeLine(io.stderr, `note: ${left.detail}. ${left.advice}`);
  if (config.slack.botToken === null && config.slack.appToken !== null) {
    writeLine(io.stderr, "note: Slack has an app token but no bot token; set SLACK_BOT_TOKEN.");
  }
}

/** Says what is not there yet; it is waited for, and `/readyz` tells when it has come. */
async function reportTrouble(app: Application, io: Io, signal: AbortSignal): Promise<void> {
  const { components } = await app.status({ signal });
  for (const { name, state, detail } of components) {
    if (state === "down") writeLine(io.stderr, `waiting for ${name}: ${detail}`);
    if (state === "degraded" && name === KNOWLEDGE_PEERS) {
      writeLine(io.stderr, `note: ${detail}`);
    }
  }
}

/** Serves until the signal aborts (SIGTERM, SIGINT), then drains. */
export async function runStart(
  app: Application,
  options: StartOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const { config, logger } = options;
  warnUnused(options, io);
  const { listenOnPort } = await import("../server/index.ts");
  const http = await listenOnPort(app, {
    host: config.http.host,
    port: config.http.port,
    apiKey: config.http.apiKey,
    logger,
    metrics: options.metrics,
    ...(options.restService === null ? {} : { rest: options.restService }),
    ...(options.knowledgeService === null ? {} : { knowledge: options.knowledgeService }),
    ...(options.tickets === null ? {} : { tickets: options.tickets }),
  });
  const stopped = signal.aborted ? Promise.resolve([]) : once(signal, "abort");
  try {
    await reportTrouble(app, io, signal);
    for (const adapter of options.adapters) {
      await adapter.start();
      writeLine(io.stderr, `Listening on ${adapter.channel.platform}.`);
    }
    writeLine(io.stderr, `Frontdesk is ready: ${http.address} (health: ${http.address}/healthz)`);
    logger.info({ address: http.address, role: options.role }, "started");
    await Promise.race([stopped, options.begun.then(() => stopped)]);
    writeLine(io.stderr, "Stopping: running answers are finished first …");
  } finally {
    await http.close();
  }
  return 0;
}
