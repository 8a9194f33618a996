import { createHmac } from "node:crypto";
import { countdown } from "./countdown.ts";
import type { Courier, Delivery, DeliveryOutcome } from "./deliveries.ts";

/** Headers of a request that Slack has signed. */
export function signedHeaders(
  body: string,
  options: { readonly signingSecret: string; readonly timestamp: number },
): Readonly<Record<string, string>> {
  const { signingSecret, timestamp } = options;
  const hash = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "x-slack-request-timestamp": String(timestamp),
    "x-slack-signature": `v0=${hash}`,
  };
}

/** A delivery as the body of an HTTP request. */
function requestBody({ kind, body }: Delivery): {
  readonly body: string;
  readonly type: string;
} {
  if (kind === "events_api") return { body: JSON.stringify(body), type: "application/json" };
  const type = "application/x-www-form-urlencoded";
  if (kind === "interactive") {
    return { body: new URLSearchParams({ payload: JSON.stringify(body) }).toString(), type };
  }
  const fields = Object.entries(body).map(([name, value]) => [name, String(value)]);
  return { body: new URLSearchParams(Object.fromEntries(fields)).toString(), type };
}

async function readPayload(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  return (response.headers.get("content-type") ?? "").includes("json")
    ? JSON.parse(text)
    : { text };
}

/** Sends signed requests to the app's request URL. */
export function createHttpCourier(options: {
  readonly url: string;
  readonly signingSecret: string;
  readonly ackMs: number;
  readonly now: () => number;
}): Courier {
  return {
    async deliver(delivery): Promise<DeliveryOutcome> {
      const { body, type } = requestBody(delivery);
      const timestamp = Math.floor(options.now() / 1000);
      const retry = {
        "x-slack-retry-num": String(delivery.attempt),
        "x-slack-retry-reason": delivery.reason ?? "http_error",
      };
      const startedAt = performance.now();
      const giveUp = new AbortController();
      const patience = countdown(options.ackMs, () => giveUp.abort());
      try {
        const response = await fetch(options.url, {
          method: "POST",
          headers: {
            "content-type": type,
            ...signedHeaders(body, { signingSecret: options.signingSecret, timestamp }),
            ...(delivery.attempt > 0 ? retry : {}),
          },
          body,
          signal: giveUp.signal,
        });
        const payload = await readPayload(response);
        if (!response.ok) return { type: "refused", status: response.status };
        return { type: "acknowledged", payload, tookMs: performance.now() - startedAt };
      } catch {
        return { type: giveUp.signal.aborted ? "timeout" : "lost" };
      } finally {
        patience.stop();
      }
    },
  };
}
