import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import type { Fault, Faults } from "./faults.ts";
import type { RateLimits } from "./limits.ts";
import { type MethodContext, methods } from "./methods/index.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Scopes } from "./scopes.ts";
import type { World } from "./world.ts";

/** A call of the Web API, as it ended. */
export interface ApiCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch by the emulator's clock. */
  readonly at: number;
  /** Null when it succeeded. */
  readonly error: string | null;
}

export interface ApiServerOptions {
  readonly world: World;
  readonly scopes: Scopes;
  readonly faults: Faults;
  readonly rates: RateLimits;
  readonly responses: ResponseUrls;
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly context: (args: Arguments) => MethodContext;
  readonly onCall: (call: ApiCall) => void;
}

export interface ApiServer {
  readonly server: Server;
  readonly baseUrl: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString("utf8");
}

function tokenOf(request: IncomingMessage, args: Arguments): string | null {
  const header = /^Bearer (\S+)$/u.exec(request.headers.authorization ?? "");
  return header?.[1] ?? args.optional("token");
}

function refusal(error: unknown): Answer {
  if (!(error instanceof ApiError)) throw error;
  const { retryAfter, ...extra } = error.extra;
  const body = { ok: false, error: error.code, ...extra };
  if (typeof retryAfter !== "number") return { status: 200, body, headers: {} };
  return { status: 429, body, headers: { "retry-after": String(retryAfter) } };
}

function runMethod(name: string, token: string | null, args: Arguments, options: ApiServerOptions) {
  const method = methods[name];
  if (method === undefined) throw new ApiError("unknown_method");
  if (token === null) throw new ApiError("not_authed");
  if (token !== options.tokens[method.token]) {
    const isOther = Object.values(options.tokens).includes(token);
    throw new ApiError(isOther ? "not_allowed_token_type" : "invalid_auth");
  }
  options.rates.take(name, method.tier, args.optional("channel"));
  options.scopes.check(method, args);
  const { warning, ...result } = method.run(options.context(args));
  const metadata =
    typeof warning === "string" ? { response_metadata: { warnings: [warning] } } : {};
  return { ok: true, ...metadata, ...result };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

/** True when the fault leaves nothing to answer. */
function strike(fault: Fault | null, when: "before" | "after", response: ServerResponse): boolean {
  if (fault === null || !("when" in fault) || fault.when !== when) return false;
  if (fault.type === "reset") response.destroy();
  if (fault.type === "status") response.writeHead(fault.status).end("upstream error");
  return true;
}

async function handleApi(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): Promise<void> {
  const body = await readBody(request);
  const fault = options.faults.take(name);
  if (fault?.type === "slow") await sleep(fault.ms, undefined, { ref: false });
  if (strike(fault, "before", response)) return;
  let error: string | null = null;
  let answer: Answer;
  let args: Readonly<Record<string, unknown>> = {};
  try {
    const parsed = readArguments(body, request.headers["content-type"] ?? "");
    const { token: _secret, ...rest } = parsed.all;
    args = rest;
    if (fault?.type === "error") throw new ApiError(fault.error);
    if (fault?.type === "ratelimited") {
      throw new ApiError("ratelimited", { retryAfter: fault.retryAfter });
    }
    const headers = { "x-oauth-scopes": [...options.scopes.granted].join(",") };
    const result = runMethod(name, tokenOf(request, parsed), parsed, options);
    answer = { status: 200, body: result, headers };
  } catch (caught) {
    answer = refusal(caught);
    error = caught instanceof ApiError ? caught.code : "internal_error";
  }
  options.onCall({ method: name, args, at: options.world.now(), error });
  if (strike(fault, "after", response)) return;
  send(response, answer);
}

/** Refusals of the URL itself. */
const GONE = new Set(["expired_url", "used_url"]);

async function handleResponse(
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): Promise<void> {
  const body = await readBody(request);
  const fault = options.faults.take("response_url");
  if (strike(fault, "before", response)) return;
  const answer = (status: number, error: string): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: false, error }));
  };
  try {
    const parsed: unknown = JSON.parse(body);
    if (fault?.type === "error") throw new ApiError(fault.error);
    options.responses.receive(id, parsed);
    options.onCall({
      method: "response_url",
      args: { body: parsed },
      at: options.world.now(),
      error: null,
    });
    if (!strike(fault, "after", response)) response.writeHead(200).end("ok");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    options.onCall({
      method: "response_url",
      args: {},
      at: options.world.now(),
      error: error.code,
    });
    // What is wrong with the words is told with a status that says nothing of it.
    answer(GONE.has(error.code) ? 404 : 200, error.code);
  }
}

function handleFile(
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): void {
  const file = options.world.messages.flatMap(({ files }) => files).find((one) => one.id === id);
  const isAllowed = request.headers.authorization === `Bearer ${options.tokens.bot}`;
  if (file === undefined || !isAllowed || !options.scopes.granted.has("files:read")) {
    // Slack answers with its sign-in page, not with a status that says so.
    response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in to Slack</html>");
    return;
  }
  options.scopes.used.add("files:read");
  response.writeHead(200, { "content-type": file.mimetype, "content-length": file.bytes.length });
  response.end(file.bytes);
}

/** Takes the bytes of an announced file: as many as were announced, or none. */
async function handleUpload(
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  { world, faults }: ApiServerOptions,
): Promise<void> {
  const bytes = await readBytes(request);
  const fault = faults.take("upload");
  if (strike(fault, "before", response)) return;
  const upload = world.uploads.get(id);
  const isWhole = upload !== undefined && upload.length === bytes.length;
  if (isWhole && request.method === "POST") {
    const mimetype = request.headers["content-type"] ?? "application/octet-stream";
    world.uploads.set(id, { ...upload, file: { id, name: upload.name, mimetype, bytes } });
  }
  if (strike(fault, "after", response)) return;
  response.writeHead(isWhole ? 200 : 400).end(isWhole ? `OK - ${bytes.length}` : "");
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const [, area = "", name = ""] = pathname.split("/");
  // Slack's clock, for the one who asks how far his own is off.
  response.setHeader("date", new Date(options.world.now()).toUTCString());
  if (area === "api") return handleApi(name, request, response, options);
  if (area === "response") return handleResponse(name, request, response, options);
  if (area === "upload") return handleUpload(name, request, response, options);
  if (area === "files") return handleFile(name, request, response, options);
  response.writeHead(404).end();
}

/** Listens on a free port of the loopback. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = createServer((request, response) => {
    route(request, response, options).catch((error: unknown) => {
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
