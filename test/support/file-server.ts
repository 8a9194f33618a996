import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What is wrong with the next answer; nothing by default. */
interface FileFault {
  /** The connection is cut after so many bytes of this answer. */
  readonly cutAfter?: number;
  /** The connection is cut only then: what a client has received and not yet taken is lost with the connection. */
  readonly cutWhen?: Promise<unknown>;
  /** Nothing more comes after so many bytes, and the connection stays. */
  readonly stallAfter?: number;
  /** Ranges are not known: all of it is sent each time. */
  readonly ignoresRange?: boolean;
  /** The rest begins at another byte than asked. */
  readonly shiftsRange?: number;
  /** Announced in the place of the real length; null for none (chunked). */
  readonly announces?: number | null;
  /** Another content, with another ETag. */
  readonly content?: Buffer;
  readonly etag?: string | null;
  readonly status?: number;
  readonly retryAfter?: string;
  readonly location?: string;
  readonly encoding?: string;
}

interface FileRequest {
  readonly path: string;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly authorization: string | null;
}

/** A server of one file under any path, with faults on order. */
export interface FileServer {
  readonly origin: string;
  readonly requests: readonly FileRequest[];
  /** The faults of the next answers, one each; after them all goes well. */
  plan(...faults: readonly FileFault[]): void;
  close(): Promise<void>;
}

const PIECE_BYTES = 16 * 1024;

/** Starts it on a port of its own. */
export async function startFileServer(content: Buffer): Promise<FileServer> {
  const requests: FileRequest[] = [];
  let plan: FileFault[] = [];
  const server = createServer((request, response) => {
    const { range, "if-range": ifRange, authorization } = request.headers;
    requests.push({
      path: request.url ?? "",
      range: range ?? null,
      ifRange: typeof ifRange === "string" ? ifRange : null,
      authorization: authorization ?? null,
    });
    const fault = plan.shift() ?? {};
    void answer(request, response, fault.content ?? content, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    plan: (...faults) => {
      plan = [...faults];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  fault: FileFault,
): Promise<void> {
  response.on("error", () => {});
  if (fault.location !== undefined) response.setHeader("location", fault.location);
  if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
  if (fault.status !== undefined) {
    response.writeHead(fault.status).end("no file");
    return;
  }
  const etag = fault.etag === undefined ? `"${content.length}-${content.at(-1)}"` : fault.etag;
  if (etag !== null) response.setHeader("etag", etag);
  if (fault.encoding !== undefined) response.setHeader("content-encoding", fault.encoding);
  const start = rangeStart(request, etag, fault);
  if (start !== null && start >= content.length) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    return;
  }
  const from = (start ?? 0) + (start === null ? 0 : (fault.shiftsRange ?? 0));
  const bytes = content.subarray(from);
  if (start !== null) {
    response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
  }
  if (fault.announces !== null) {
    response.setHeader("content-length", fault.announces ?? bytes.length);
  }
  response.writeHead(start === null ? 200 : 206);
  await send(response, bytes, fault);
}

/** Null when all of it is to be sent. */
function rangeStart(
  request: IncomingMessage,
  etag: string | null,
  fault: FileFault,
): number | null {
  const start = /^bytes=(\d+)-$/u.exec(request.headers.range ?? "")?.[1];
  if (start === undefined || fault.ignoresRange === true) return null;
  const ifRange = request.headers["if-range"];
  if (ifRange !== undefined && ifRange !== etag) return null;
  return Number(start);
}

async function send(response: ServerResponse, bytes: Buffer, fault: FileFault): Promise<void> {
  const closed = once(response, "close");
  const end = Math.min(bytes.length, fault.cutAfter ?? fault.stallAfter ?? bytes.length);
  for (let at = 0; at < end; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, Math.min(end, at + PIECE_BYTES));
    if (!response.write(piece) && !response.destroyed) {
      const waiting = new AbortController();
      const drained = once(response, "drain", { signal: waiting.signal }).catch(() => {});
      await Promise.race([drained, closed]);
      waiting.abort();
    }
  }
  if (fault.stallAfter !== undefined) return;
  if (fault.cutAfter !== undefined) {
    // What was written must leave before the connection is cut.
    await fault.cutWhen;
    response.write("", () => setImmediate(() => response.destroy()));
    return;
  }
  response.end();
}
