import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, refuse } from "./api-error.ts";
import type { BucketState, Buckets } from "./buckets.ts";
import type { Fault, Faults } from "./faults.ts";
import { readParts } from "./multipart.ts";
import { routes } from "./routes/index.ts";
import type { Route, RouteContext } from "./routes/route.ts";
import type { DiscordFile, World } from "./world.ts";

/** A request, as it ended. */
export interface ApiCall {
  readonly route: string;
  readonly path: string;
  readonly body: unknown;
  /** Milliseconds since the epoch by the emulator's clock. */
  readonly at: number;
  readonly status: number;
  /** Code of the refusal; null when it succeeded. */
  readonly code: number | null;
}

export interface ApiServerOptions {
  readonly world: World;
  readonly token: string;
  readonly faults: Faults;
  readonly buckets: Buckets;
  readonly context: (
    request: Pick<RouteContext, "parameters" | "query" | "body" | "files">,
  ) => RouteContext;
  readonly onCall: (call: ApiCall) => void;
}

export interface ApiServer {
  readonly server: Server;
  readonly baseUrl: string;
  close(): Promise<void>;
}

async function readRaw(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function readBody(request: IncomingMessage, world: World) {
  const raw = await readRaw(request);
  const type = request.headers["content-type"] ?? "";
  const files: DiscordFile[] = [];
  if (raw.length === 0) return { body: undefined, files };
  if (!type.startsWith("multipart/form-data")) {
    const body: unknown = JSON.parse(raw.toString("utf8"));
    return { body, files };
  }
  let body: unknown;
  for (const part of readParts(raw, type)) {
    if (part.name === "payload_json") body = JSON.parse(part.bytes.toString("utf8"));
    if (!part.name.startsWith("files[")) continue;
    const { fileName: name, mediaType, bytes } = part;
    files.push({ id: world.newId(), name, mediaType, bytes });
  }
  return { body, files };
}

function headersOf(state: BucketState): Readonly<Record<string, string>> {
  const seconds = (state.resetAfterMs / 1_000).toFixed(3);
  const common = {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-reset-after": seconds,
    "x-ratelimit-reset": ((Date.now() + state.resetAfterMs) / 1_000).toFixed(3),
    "x-ratelimit-bucket": state.hash,
  };
  if (!state.isRefused) return common;
  if (!state.isGlobal) return { ...common, "retry-after": seconds, "x-ratelimit-scope": "user" };
  return { "retry-after": seconds, "x-ratelimit-global": "true", "x-ratelimit-scope": "global" };
}

/** Refuses for a time, though the bucket has room. */
function refuseFor(
  { retryAfter, scope = "user" }: Extract<Fault, { type: "ratelimited" }>,
  headers: Readonly<Record<string, string>>,
  response: ServerResponse,
): void {
  const after = { "retry-after": String(retryAfter) };
  if (scope === "edge") {
    response.writeHead(429, { "content-type": "text/html", ...after }).end("<html></html>");
    return;
  }
  const global = scope === "global";
  const all = {
    ...headers,
    ...after,
    "x-ratelimit-scope": scope,
    ...(global ? { "x-ratelimit-global": "true" } : {}),
  };
  send(
    response,
    429,
    { message: "You are being rate limited.", retry_after: retryAfter, global },
    all,
  );
}

/** True when the fault leaves nothing to answer. */
function strike(fault: Fault | null, when: "before" | "after", response: ServerResponse): boolean {
  if (fault === null || !("when" in fault) || fault.when !== when) return false;
  if (fault.type === "reset") response.destroy();
  if (fault.type === "status") response.writeHead(fault.status).end("upstream error");
  return true;
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  if (status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function refusalOf(error: unknown): { readonly status: number; readonly body: unknown } {
  if (!(error instanceof ApiError)) throw error;
  const { status, code, message, details, retryAfter } = error;
  const errors = details === undefined ? {} : { errors: { _errors: details } };
  const wait = retryAfter === null ? {} : { retry_after: retryAfter, global: false };
  return { status, body: { message, code, ...errors, ...wait } };
}

/** As Discord has it: a second, whatever the words say (discord/discord-api-docs#6109). */
function headersOfRefusal(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError) || error.retryAfter === null) return {};
  return { "retry-after": "1", "x-ratelimit-scope": "shared" };
}

function faultRefusal(fault: Fault | null): void {
  if (fault?.type === "error") throw new ApiError(fault.status, fault.code, "a fault");
}

async function handle(
  route: Route,
  parameters: readonly string[],
  url: URL,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  options: ApiServerOptions,
): Promise<void> {
  const { world, faults, buckets, onCall } = options;
  const { request, response } = exchange;
  const { body, files } = await readBody(request, world);
  const fault = faults.take(route.name);
  if (fault?.type === "slow") await sleep(fault.ms, undefined, { ref: false });
  if (strike(fault, "before", response)) return;
  const isOurs =
    route.isAnonymous === true || request.headers.authorization === `Bot ${options.token}`;
  const major = parameters.slice(0, route.isAnonymous === true ? 2 : 1).join("/");
  const state = buckets.take(route.name, major, route.isAnonymous !== true);
  let headers = headersOf(state);
  const seen = { route: route.name, path: url.pathname, body, at: world.now() };
  if (state.isRefused || fault?.type === "ratelimited") {
    onCall({ ...seen, status: 429, code: 429 });
    if (fault?.type === "ratelimited") refuseFor(fault, headers, response);
    else {
      const { isGlobal: global, resetAfterMs } = state;
      const told = { message: "You are being rate limited.", retry_after: resetAfterMs / 1_000 };
      send(response, 429, { ...told, global }, headers);
    }
    return;
  }
  let status = 200;
  let answer: unknown;
  let code: number | null = null;
  try {
    if (!isOurs) throw refuse.unauthorized();
    faultRefusal(fault);
    answer = route.run(options.context({ parameters, query: url.searchParams, body, files }));
    if (answer === undefined) status = 204;
  } catch (error) {
    const refusal = refusalOf(error);
    ({ status } = refusal);
    answer = refusal.body;
    headers = { ...headers, ...headersOfRefusal(error) };
    code = error instanceof ApiError ? error.code : null;
  }
  onCall({ ...seen, status, code });
  if (strike(fault, "after", response)) return;
  send(response, status, answer, headers);
}

function sendFile(id: string, world: World, response: ServerResponse): void {
  const file = world.messages.flatMap(({ files }) => files).find((one) => one.id === id);
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": file.mediaType }).end(file.bytes);
}

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const attached = /^\/attachments\/\d+\/(\d+)\//u.exec(url.pathname);
  if (attached !== null) return sendFile(attached[1] ?? "", options.world, response);
  const path = /^\/api\/v10(\/.*)$/u.exec(url.pathname)?.[1];
  for (const route of path === undefined ? [] : routes) {
    const found = route.method === request.method ? route.pattern.exec(path ?? "") : null;
    if (found !== null) {
      return handle(route, found.slice(1), url, { request, response }, options);
    }
  }
  send(response, 404, { message: "404: Not Found", code: 0 }, {});
}

/** Listens on a free port of the loopback. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = createServer((request, response) => {
    dispatch(request, response, options).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    server,
    baseUrl: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
