import { type Dispatcher, request } from "undici";
import { errorMessage, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { WebhookSender } from "../../src/ports/webhook.ts";
import { signatureOf } from "../shared/signature.ts";

/** Options of {@link createWebhookSender}. */
export interface WebhookOptions {
  readonly url: string;
  /** Signs every call. */
  readonly secret: string;
  /** Decides what may be connected to; closed with the sender. */
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

const ANSWER_MS = 10_000;
const GONE = 410;

/**
 * Posts events as JSON to one address, signed. Redirects are not followed, and of the answer only the status is looked at:
 * 2xx is success.
 */
export function createWebhookSender(options: WebhookOptions): WebhookSender {
  const { url, secret, clock, dispatcher } = options;
  const { host } = new URL(url);
  return {
    async send({ id, type, at, content }, { signal }) {
      const body = JSON.stringify({ id, type, at: new Date(at).toISOString(), ...content });
      const response = await request(url, {
        method: "POST",
        dispatcher,
        signal,
        headersTimeout: ANSWER_MS,
        bodyTimeout: ANSWER_MS,
        body,
        headers: {
          "content-type": "application/json",
          "user-agent": "Frontdesk",
          "x-frontdesk-event": type,
          "x-frontdesk-delivery": id,
          "x-frontdesk-signature": signatureOf(secret, Math.floor(clock.now() / 1000), body),
        },
      }).catch((error: unknown): never => {
        signal.throwIfAborted();
        throw unreachable(host, error);
      });
      await response.body.dump().catch(() => {});
      const { statusCode } = response;
      if (statusCode >= 200 && statusCode < 300) return;
      throw new FrontdeskError("webhook_failed", `${host} answers a webhook with ${statusCode}.`, {
        retryable: statusCode !== GONE,
        ...retryAfter(response),
      });
    },
    close: () => dispatcher.destroy(),
  };
}

/** What is said of a webhook that leads into the own network. */
export function refusePrivate(host: string): FrontdeskError {
  return new FrontdeskError(
    "webhook_failed",
    `webhooks.url leads to a private address (${host}). Set webhooks.allowPrivate if you mean it.`,
  );
}

function unreachable(host: string, error: unknown): FrontdeskError {
  if (isFrontdeskError(error)) return error;
  const message = `${host} does not take a webhook: ${errorMessage(error)}.`;
  return new FrontdeskError("webhook_failed", message, { cause: error, retryable: true });
}

/** Seconds only; a date is not worth the trouble. */
function retryAfter({ headers }: Dispatcher.ResponseData): { readonly retryAfterMs?: number } {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
}
