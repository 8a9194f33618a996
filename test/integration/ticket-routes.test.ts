import { expect, it, onTestFinished } from "vitest";
import { FrontdeskError } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { TicketIntake } from "../../src/ports/ticket-system.ts";
import { createMetrics, listenOnPort } from "../../src/server/index.ts";
import { createFakeApplication } from "../support/fake-application.ts";

async function listen(tickets?: TicketIntake): Promise<string> {
  const listening = await listenOnPort(createFakeApplication(), {
    ...{
      host: "127.0.0.1",
      port: 0,
      logger: silentLogger,
      apiKey: "k3y",
      metrics: createMetrics(),
    },
    ...(tickets === undefined ? {} : { tickets }),
  });
  onTestFinished(() => listening.close());
  return `${listening.address}/desk/tickets`;
}

function post(url: string, body: string, contentType = "application/json"): Promise<Response> {
  const headers = { "content-type": contentType, "X-Frontdesk-Signature": "t=1,v1=x" };
  return fetch(url, { method: "POST", body, headers });
}

it("hands on what a ticket system tells as it came, with its headers, and asks for no API key", async () => {
  const heard: string[] = [];
  const url = await listen({
    receive: async ({ header, body }) => {
      heard.push(`${header("x-frontdesk-signature")} ${header("x-none")}|${body}`);
    },
  });

  const answers = [
    await post(url, '{"a":  1}'),
    await post(url, "{broken"),
    await post(url, "a=1", "text/plain"),
  ];

  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(heard).toEqual(['t=1,v1=x |{"a":  1}', "t=1,v1=x |{broken", "t=1,v1=x |a=1"]);
});

it.each([
  ["unauthorized", 401],
  ["usage", 400],
  ["case_taken", 409],
  ["case_not_found", 404],
  ["store_unavailable", 503],
] as const)("answers %s with %i", async (code, status) => {
  const refused = new FrontdeskError(code, "the reason");
  const url = await listen({ receive: () => Promise.reject(refused) });

  const answer = await post(url, "{}");

  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code, message: "the reason" } });
});

it("is not there without a ticket system", async () => {
  expect((await post(await listen(), "{}")).status).toBe(404);
});
