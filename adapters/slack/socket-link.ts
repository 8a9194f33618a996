import { setTimeout as sleep } from "node:timers/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { SlackLink } from "./http-receiver.ts";
import type { SocketConnection } from "./socket-connection.ts";

/** How hard to try. */
export interface SocketLinkTuning {
  /** Connections kept open: while one is renewed, the other listens. */
  readonly connections: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

export const SOCKET_LINK_TUNING: SocketLinkTuning = {
  connections: 2,
  firstRetryMs: 500,
  maxRetryMs: 30_000,
};

export interface SocketLinkOptions {
  readonly open: () => Promise<SocketConnection>;
  /** Called when Slack can reach us again after it could not, and once at the start. */
  readonly onUp: () => void;
  /** Called when Slack can no longer reach us. */
  readonly onDown: () => void;
  readonly tuning: SocketLinkTuning;
  readonly logger: Logger;
}

/** Slack allows ten connections; when it says so, it is not asked again soon. */
const TOO_MANY_MS = 60_000;

/** Keeps connections of Socket Mode open: a new one is made as soon as Slack announces the end of an old one. */
export function createSocketLink(options: SocketLinkOptions): SlackLink {
  const { tuning, logger } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const open = new Set<SocketConnection>();
  const closing = new Set<Promise<void>>();
  let trouble = "connecting";

  const leave = (connection: SocketConnection): void => {
    open.delete(connection);
    const done = connection.close().finally(() => closing.delete(done));
    closing.add(done);
  };

  /** Opens one connection, however long it takes; null when we close. */
  const connect = async (): Promise<SocketConnection | null> => {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        return await options.open();
      } catch (error) {
        trouble = errorMessage(error);
        const isFinal = isFrontdeskError(error) && !error.retryable;
        const asked = isFrontdeskError(error) ? (error.retryAfterMs ?? 0) : 0;
        const backoff = tuning.firstRetryMs * 2 ** Math.min(failures, 10) * (0.5 + Math.random());
        const waitMs = Math.max(
          asked,
          Math.min(tuning.maxRetryMs, isFinal ? tuning.maxRetryMs : backoff),
        );
        const tell = isFinal && failures === 0 ? "error" : "info";
        logger[tell](
          { reason: trouble, failures, waitMs: Math.round(waitMs) },
          "no connection to Slack",
        );
        await sleep(waitMs, undefined, { signal }).catch(() => {});
      }
    }
    return null;
  };

  const keepOne = async (): Promise<void> => {
    while (!signal.aborted) {
      const connection = await connect();
      if (connection === null) return;
      if (signal.aborted) return leave(connection);
      const wasDown = open.size === 0;
      open.add(connection);
      if (wasDown) options.onUp();
      const reason = await Promise.race([connection.leaving, aborted]);
      leave(connection);
      if (signal.aborted) return;
      if (open.size === 0) {
        trouble = `the connection ended (${reason})`;
        options.onDown();
      }
      logger.debug({ reason }, "a connection to Slack ends");
      if (reason === "too_many_websockets") {
        logger.warn({}, "too many connections to Slack: is the app running elsewhere?");
        await sleep(TOO_MANY_MS, undefined, { signal }).catch(() => {});
      }
    }
  };

  const aborted = new Promise<string>((resolve) => {
    signal.addEventListener("abort", () => resolve("closed by us"), { once: true });
  });
  const keeping = Promise.all(Array.from({ length: tuning.connections }, keepOne));

  return {
    state: () => ({
      isUp: open.size > 0,
      detail: open.size > 0 ? `${open.size} connections` : trouble,
    }),
    async close() {
      controller.abort();
      await keeping;
      await Promise.all(closing);
    },
  };
}
