import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HTTPReceiver } from "@slack/bolt";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { slackLogger } from "./client.ts";
import { IntakeApp, type TakeBody } from "./intake-app.ts";
import { EVENTS_PATH } from "./manifest.ts";

/** A way for Slack to reach us. */
export interface SlackLink {
  /** How it stands. */
  state(): { readonly isUp: boolean; readonly detail: string };
  /** Takes nothing more; what is under way ends first. Repeated calls wait for the first. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
const SWEEP_MS = 20;
/** Slack does not wait longer for an answer. */
const GIVE_UP_MS = 3_000;

const ALL_REFUSED =
  "every request was refused so far: compare SLACK_SIGNING_SECRET with “Basic Information” of the app, and set the clock";

/** Looks whether signatures fit: a wrong secret or clock would else be seen by Slack alone. */
function watchSignatures(
  server: Server,
  logger: Logger,
): { readonly areAllRefused: () => boolean } {
  let accepted = 0;
  let refused = 0;
  server.on("request", (_request: IncomingMessage, response: ServerResponse) => {
    response.once("finish", () => {
      if (response.statusCode === 200) accepted += 1;
      if (response.statusCode !== 401) return;
      refused += 1;
      // Anybody can make us refuse: one line says it.
      if (refused > 1) return;
      const advice = accepted === 0 ? ALL_REFUSED : "somebody else than Slack knows this address";
      logger.warn(
        { advice },
        "a request was refused: its signature does not fit, or it is too old",
      );
    });
  });
  return { areAllRefused: () => refused > 0 && accepted === 0 };
}

/**
 * Listens for signed requests; Bolt checks signatures and that they are not older than five minutes.
 * @throws FrontdeskError `port_in_use`
 */
export async function listenForSlack(options: {
  readonly signingSecret: string;
  readonly host: string;
  readonly port: number;
  readonly take: TakeBody;
  readonly logger: Logger;
}): Promise<SlackLink & { readonly url: string }> {
  const { host, port, logger } = options;
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: [EVENTS_PATH],
    logger: slackLogger(logger),
    bodyLimit: MAX_BODY_BYTES,
    processEventErrorHandler: ({ error, response }) => {
      logger.warn(
        { reason: errorMessage(error) },
        "an event was not acknowledged; Slack sends it again",
      );
      if (!response.headersSent) response.writeHead(503);
      response.end();
      return Promise.resolve(false);
    },
  });
  // Bolt's constructor ties the two together.
  new IntakeApp(receiver, { take: options.take, logger });
  const server = await receiver.start({ host, port }).catch((error: unknown) => {
    if (systemErrorCode(error) !== "EADDRINUSE") throw error;
    const message = `Port ${port} on ${host} is taken; set FRONTDESK_SLACK_PORT to another one.`;
    throw new FrontdeskError("port_in_use", message, { cause: error });
  });
  const signatures = watchSignatures(server, logger);
  const address: AddressInfo | string | null = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${host}:${actual}${EVENTS_PATH}`;
  logger.info({ url }, "listening for Slack");
  let closing: Promise<void> | null = null;
  return {
    url,
    state: () => ({
      // Anybody can send what does not fit: the process is well all the same.
      isUp: closing === null,
      detail: signatures.areAllRefused()
        ? `listening at ${url}; ${ALL_REFUSED}`
        : `listening at ${url}`,
    }),
    close() {
      closing ??= new Promise((resolve) => {
        // Slack keeps its connections open; each is closed as soon as its last answer is out.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        const giveUp = setTimeout(() => server.closeAllConnections(), GIVE_UP_MS);
        server.close(() => {
          clearInterval(sweep);
          clearTimeout(giveUp);
          resolve();
        });
      });
      return closing;
    },
  };
}
