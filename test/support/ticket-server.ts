import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A call of a ticket system. */
interface TicketCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A ticket system that answers as it is told. Closed when the test ends. */
export interface TicketServer {
  readonly url: string;
  readonly calls: readonly TicketCall[];
  /** From now on everything is answered so; 0 answers nothing and closes the connection. */
  answer(status: number, body?: unknown): void;
  /** Does what it is asked next, and its answer is lost. */
  loseNextAnswer(): void;
}

export async function startTicketServer(
  answers: (call: TicketCall) => unknown = () => ({}),
): Promise<TicketServer> {
  const calls: TicketCall[] = [];
  let isLost = false;
  let forced: { readonly status: number; readonly body: unknown } | null = null;
  const server = createServer((request, response) => {
    void text(request).then((raw) => {
      if (forced?.status === 0) {
        request.socket.destroy();
        return;
      }
      const { method = "", url: path = "", headers } = request;
      const body: unknown = raw === "" ? null : JSON.parse(raw);
      const call = { method, path, headers, body };
      if (forced === null || forced.status < 300) calls.push(call);
      if (isLost) {
        isLost = false;
        request.socket.destroy();
        return;
      }
      response.writeHead(forced?.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(forced === null ? answers(call) : forced.body));
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
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    loseNextAnswer: () => {
      isLost = true;
    },
    answer: (status, body = {}) => {
      forced = status === 200 ? null : { status, body };
    },
  };
}
