import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { createWebhookSender, refusePrivate } from "../../adapters/webhook/index.ts";
import { createGuardedDispatcher } from "../../knowledge/ingest/index.ts";
import type { WebhookEvent, WebhookSender } from "../../src/ports/webhook.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const call = { signal: new AbortController().signal };
const EVENT: WebhookEvent = {
  id: "case-7:opened",
  type: "case.opened",
  at: 1_700_000_000_000,
  content: { case: { id: "7", customer: "Ana 王" } },
};

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with these statuses, one after the other. */
async function receiver(...statuses: readonly number[]) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ headers: request.headers, body });
      const status = statuses[heard.length - 1] ?? 200;
      response.writeHead(status, { location: "/elsewhere", "retry-after": "7" }).end("thanks");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { heard, port, url: `http://127.0.0.1:${port}/hook` };
}

function sender(
  url: string,
  more: { allowPrivate?: boolean; addresses?: string[] } = {},
): WebhookSender {
  const made = createWebhookSender({
    url,
    secret: "s3cret",
    clock: createFakeClock(),
    dispatcher: createGuardedDispatcher({
      allowPrivate: more.allowPrivate ?? true,
      refuse: refusePrivate,
      lookup: (_hostname, _options, callback) => {
        const found = (more.addresses ?? []).map((address) => ({ address, family: 4 }));
        callback(null, found);
      },
    }),
  });
  onTestFinished(() => made.close());
  return made;
}

it("posts the event as JSON, with a signature that only the secret makes", async () => {
  const { heard, url } = await receiver();

  await sender(url).send(EVENT, call);

  const [{ headers, body } = { headers: {}, body: "" }] = heard;
  expect(JSON.parse(body)).toEqual({
    id: "case-7:opened",
    type: "case.opened",
    at: "2023-11-14T22:13:20.000Z",
    case: { id: "7", customer: "Ana 王" },
  });
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-frontdesk-event": "case.opened",
    "x-frontdesk-delivery": "case-7:opened",
  });
  const parts = /^t=(\d+),v1=([0-9a-f]{64})$/u.exec(String(headers["x-frontdesk-signature"]));
  const expected = createHmac("sha256", "s3cret").update(`${parts?.[1]}.${body}`).digest("hex");
  expect(parts?.[2]).toBe(expected);
});

it.each([
  [500, true],
  [429, true],
  [404, true],
  [302, true],
  [410, false],
])("counts an answer of %i as a failure (worth another try: %s)", async (status, retryable) => {
  const { heard, url } = await receiver(status);

  await expect(sender(url).send(EVENT, call)).rejects.toMatchObject({
    code: "webhook_failed",
    retryable,
    retryAfterMs: 7_000,
  });

  expect(heard).toHaveLength(1);
});

it("says that nobody listens, to be tried again", async () => {
  const { url } = await receiver();
  const nobody = url.replace(/:\d+/u, ":1");

  await expect(sender(nobody).send(EVENT, call)).rejects.toMatchObject({
    code: "webhook_failed",
    retryable: true,
  });
});

it.each(["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1"])(
  "does not connect to %s unless private addresses are allowed",
  async (host) => {
    const { heard, port } = await receiver();

    const sent = sender(`http://${host}:${port}/`, { allowPrivate: false }).send(EVENT, call);

    await expect(sent).rejects.toMatchObject({ code: "webhook_failed", retryable: false });
    await expect(sent).rejects.toThrow("webhooks.allowPrivate");
    expect(heard).toEqual([]);
  },
);

it("does not follow a name to a private address, also when it has a public one", async () => {
  const { heard, port } = await receiver();
  const guarded = sender(`http://hooks.example:${port}/`, {
    allowPrivate: false,
    addresses: ["93.184.216.34", "127.0.0.1"],
  });

  await expect(guarded.send(EVENT, call)).rejects.toMatchObject({ retryable: false });

  expect(heard).toEqual([]);
});
