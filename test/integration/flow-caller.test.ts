import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { createFlowCaller, refusePrivateFlow } from "../../adapters/webhook/index.ts";
import { createGuardedDispatcher } from "../../knowledge/ingest/index.ts";

const call = { signal: new AbortController().signal };

/** A program that answers by the path; `/slow` never does. */
async function program() {
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer(({ url, headers }, response) => {
    heard.push(headers);
    if (url === "/slow") return;
    if (url === "/text") response.end("<html>");
    else if (url === "/moved") response.writeHead(302, { location: "/ok" }).end();
    else if (url === "/large") response.end(JSON.stringify("x".repeat(300_000)));
    else response.end('{"text":"on its way"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { heard, url: `http://127.0.0.1:${address.port}` };
}

function open(allowPrivate: boolean) {
  const seen: string[] = [];
  const dispatcher = createGuardedDispatcher({
    allowPrivate,
    refuse: refusePrivateFlow,
    onRequest: ({ method, path }) => seen.push(`${method} ${path}`),
  });
  onTestFinished(() => dispatcher.destroy());
  return { seen, caller: createFlowCaller(() => dispatcher) };
}

function asking(url: string, timeoutMs = 5_000) {
  const headers = { authorization: "Bearer s3cret" };
  return { url, method: "GET", headers, body: null, timeoutMs, key: "turn-1" } as const;
}

it("asks with its secret and the key of the turn, and logs neither the secret nor what was asked", async () => {
  const { heard, url } = await program();
  const { seen, caller } = open(true);

  const answer = await caller.call(asking(`${url}/orders?who=ana`), call);

  expect(answer).toEqual({ status: 200, body: { text: "on its way" } });
  expect(heard[0]).toMatchObject({ authorization: "Bearer s3cret", "idempotency-key": "turn-1" });
  expect(seen).toEqual(["GET /orders"]);
});

it("reaches no private address unless its host is named", async () => {
  const { heard, url } = await program();
  const { caller } = open(false);

  const calling = caller.call(asking(url), call);
  await expect(calling).rejects.toMatchObject({ code: "flow_call_failed" });
  await expect(calling).rejects.toThrow("flows.privateHosts");
  expect(heard).toEqual([]);
});

it.each([
  ["/text", 30_000, "no JSON"],
  ["/large", 30_000, "more than 256 KB"],
  ["/slow", 100, "not within 100 ms"],
])("gives up on %s", async (path, timeoutMs, why) => {
  const { url } = await program();
  const { caller } = open(true);

  const calling = caller.call(asking(`${url}${path}`, timeoutMs), call);
  await expect(calling).rejects.toMatchObject({ code: "flow_call_failed" });
  await expect(calling).rejects.toThrow(why);
});

it("follows no redirect", async () => {
  const { heard, url } = await program();
  const { caller } = open(true);

  expect(await caller.call(asking(`${url}/moved`), call)).toEqual({ status: 302, body: null });
  expect(heard).toHaveLength(1);
});
