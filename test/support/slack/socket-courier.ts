import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { countdown } from "./countdown.ts";
import type { Courier, Delivery, DeliveryOutcome } from "./deliveries.ts";

const MAX_CONNECTIONS = 10;

const ackSchema = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

/** Socket Mode's server side. */
export interface SocketCourier extends Courier {
  /** An address that is good for one connection. */
  newUrl(): string;
  connections(): number;
  /** Breaks every connection without a word. */
  drop(): void;
  /** Announces the end of every connection, as Slack does about once an hour, then closes them. */
  refresh(reason?: "warning" | "refresh_requested"): void;
  /** Connects nobody until this is called with false. */
  refuse(isRefusing: boolean): void;
  close(): void;
}

interface Waiting {
  readonly socket: WebSocket;
  readonly settle: (outcome: DeliveryOutcome) => void;
  readonly startedAt: number;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}

function envelope(delivery: Delivery, id: string): string {
  return JSON.stringify({
    envelope_id: id,
    type: delivery.kind,
    accepts_response_payload: delivery.kind !== "events_api",
    payload: delivery.body,
    ...(delivery.kind === "events_api"
      ? { retry_attempt: delivery.attempt, retry_reason: delivery.reason ?? "" }
      : {}),
  });
}

export function createSocketCourier(options: {
  readonly server: Server;
  readonly baseUrl: string;
  readonly appId: string;
  readonly ackMs: number;
}): SocketCourier {
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, Waiting>();
  let isRefusing = false;
  let turn = 0;
  const wss = new WebSocketServer({ noServer: true });

  const receive = (data: RawData): void => {
    const parsed = ackSchema.safeParse(JSON.parse(textOf(data)));
    if (!parsed.success) return;
    const found = waiting.get(parsed.data.envelope_id);
    const tookMs = performance.now() - (found?.startedAt ?? 0);
    found?.settle({ type: "acknowledged", payload: parsed.data.payload, tookMs });
  };

  const greet = (socket: WebSocket): void => {
    if (open.size >= MAX_CONNECTIONS) {
      socket.send(JSON.stringify({ type: "disconnect", reason: "too_many_websockets" }));
      socket.close();
      return;
    }
    open.add(socket);
    socket.on("message", receive);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      open.delete(socket);
      for (const one of waiting.values()) if (one.socket === socket) one.settle({ type: "lost" });
    });
    const hello = {
      type: "hello",
      num_connections: open.size,
      connection_info: { app_id: options.appId },
      debug_info: { host: "emulator", approximate_connection_time: 18060 },
    };
    socket.send(JSON.stringify(hello));
  };

  options.server.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url ?? "/", "ws://localhost");
    const ticket = url.searchParams.get("ticket") ?? "";
    if (isRefusing || url.pathname !== "/link" || !tickets.delete(ticket)) {
      socket.destroy();
      return;
    }
    wss.handleUpgrade(request, socket, head, greet);
  });

  const announce = (reason: string): void => {
    for (const socket of open) {
      const debug_info = { host: "emulator" };
      socket.send(JSON.stringify({ type: "disconnect", reason, debug_info }));
    }
  };

  return {
    newUrl() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${options.baseUrl.replace("http", "ws")}/link?ticket=${ticket}`;
    },
    connections: () => open.size,
    deliver(delivery) {
      const sockets = [...open];
      turn += 1;
      const socket = sockets[turn % Math.max(1, sockets.length)];
      if (socket === undefined) return Promise.resolve({ type: "lost" });
      const id = randomUUID();
      return new Promise((resolve) => {
        const patience = countdown(options.ackMs, () => settle({ type: "timeout" }));
        const settle = (outcome: DeliveryOutcome): void => {
          patience.stop();
          waiting.delete(id);
          resolve(outcome);
        };
        waiting.set(id, { socket, settle, startedAt: performance.now() });
        socket.send(envelope(delivery, id));
      });
    },
    drop() {
      for (const socket of open) socket.terminate();
    },
    refresh(reason = "refresh_requested") {
      announce(reason);
      if (reason === "warning") return;
      for (const socket of open) open.delete(socket);
    },
    refuse(value) {
      isRefusing = value;
    },
    close() {
      for (const socket of open) socket.terminate();
      wss.close();
    },
  };
}
