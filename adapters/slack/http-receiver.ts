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
  const address: AddressInfo | string | null = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${host}:${actual}${EVENTS_PATH}`;
  logger.info({ url }, "listening for Slack");
  let closing: Promise<void> | null = null;
  return {
    url,
    state: () => ({ isUp: closing === null, detail: `listening at ${url}` }),
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
