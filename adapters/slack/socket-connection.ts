import { setTimeout as sleep } from "node:timers/promises";
import { SocketModeReceiver } from "@slack/bolt";
import { z } from "zod";
import { errorMessage, FrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { slackLogger, webClientOptions } from "./client.ts";
import { translateSlackError } from "./errors.ts";
import { IntakeApp, type TakeBody } from "./intake-app.ts";

/** One connection of Socket Mode. */
export interface SocketConnection {
  /** Resolves when it ends or Slack announces its end, with the reason. Never rejects. */
  readonly leaving: Promise<string>;
  close(): Promise<void>;
}

export interface SocketConnectionOptions {
  readonly appToken: string;
  readonly apiUrl: string | null;
  readonly take: TakeBody;
  readonly logger: Logger;
  /** Slack must say hello within this time. */
  readonly helloMs: number;
}

const FAREWELL_MS = 500;

const farewellSchema = z.object({ type: z.literal("disconnect"), reason: z.string().default("") });

/** The reason when Slack announces the end of a connection. */
function farewell(data: unknown): string | null {
  // Most messages are events; only one that looks like a farewell is worth reading.
  if (typeof data !== "string" || !data.includes('"disconnect"')) return null;
  const parsed = farewellSchema.safeParse(JSON.parse(data));
  return parsed.success ? parsed.data.reason : null;
}

function createReceiver(options: SocketConnectionOptions): SocketModeReceiver {
  const { logger } = options;
  return new SocketModeReceiver({
    appToken: options.appToken,
    // The library waits five seconds before it connects again and gives up on a broken network: we see to it ourselves.
    autoReconnectEnabled: false,
    logger: slackLogger(logger),
    installerOptions: { clientOptions: webClientOptions(options) },
    processEventErrorHandler: ({ error }) => {
      logger.warn(
        { reason: errorMessage(error) },
        "an event was not acknowledged; Slack sends it again",
      );
      return Promise.resolve(false);
    },
  });
}

/**
 * Opens one connection.
 * @throws FrontdeskError `delivery_rejected` (the app token is no good), `delivery_uncertain` | `rate_limited` (retryable)
 */
export async function openSocketConnection(
  options: SocketConnectionOptions,
): Promise<SocketConnection> {
  const receiver = createReceiver(options);
  const { client } = receiver;
  new IntakeApp(receiver, { take: options.take, logger: options.logger });
  const leaving = new Promise<string>((resolve) => {
    client.on("disconnected", () => resolve("closed"));
    client.on("ws_message", (data: unknown) => {
      const reason = farewell(data);
      if (reason !== null) resolve(reason);
    });
  });
  const close = async (): Promise<void> => {
    const ending = client.disconnect().catch(() => {});
    // Slack answers the farewell but leaves the connection open; asked a second time, the library cuts it.
    const isDone = await Promise.race([ending.then(() => true), sleep(FAREWELL_MS, false)]);
    if (!isDone) await client.disconnect().catch(() => {});
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `Slack did not say hello within ${options.helloMs} ms`;
      reject(new FrontdeskError("delivery_uncertain", message, { retryable: true }));
    }, options.helloMs);
  });
  try {
    const started = receiver.start();
    started.catch(() => {});
    await Promise.race([started, late]);
  } catch (error) {
    void close();
    if (error === undefined) {
      const message = "Slack closed the connection before it said hello";
      throw new FrontdeskError("delivery_uncertain", message, { retryable: true });
    }
    throw translateSlackError(error, "the connection for events", "SLACK_APP_TOKEN");
  } finally {
    clearTimeout(timer);
  }
  return { leaving, close };
}
