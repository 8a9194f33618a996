import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy before a server of the test, with the accidents of a real network at the test's command. */
export interface TcpProxy {
  readonly port: number;
  /**
   * Requests go through, replies are thrown away until {@link TcpProxy.heal}; each thrown chunk counts in `swallowed`.
   * @param to only those to the client that connected from this port; the others get theirs
   */
  swallowReplies(to?: number): void;
  /** Bytes of replies thrown away since the start. */
  swallowed(): number;
  /** Requests stay here, even when their sender goes away, until {@link TcpProxy.deliverHeld}. */
  holdRequests(): void;
  /** Bytes of requests that wait here. */
  held(): number;
  /** Passes on what was held, each over its own connection, and resolves when the server has answered each. */
  deliverHeld(): Promise<void>;
  /** Holds every reply back for this long. */
  delayReplies(milliseconds: number): void;
  /**
   * The connections that stand pass nothing on any more, and nobody is told; new ones are as usual.
   * @param ports only those that the server sees come from these ports
   */
  goDead(ports?: ReadonlySet<number>): void;
  /** Closes every connection; new ones are accepted. */
  cut(): void;
  /** Closes every connection and refuses new ones until {@link TcpProxy.heal}. */
  goDown(): void;
  /** Back to passing everything on. Connections that lost replies or requests are cut: they are out of step. */
  heal(): void;
  /** New connections go to this port, as when a name or address moves to another server. */
  pointTo(port: number): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1 that passes everything on to `targetPort`. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket }>();
  const dead = new WeakSet<Socket>();
  const waiting = new Map<Socket, Buffer[]>();
  let mode: "pass" | "swallow" | "hold" | "down" = "pass";
  let victim: number | null = null;
  let delayMs = 0;
  let swallowed = 0;
  let target = targetPort;

  const server: Server = createServer((client) => {
    if (mode === "down") {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const pair = { client, upstream };
    pairs.add(pair);
    const close = (): void => {
      client.destroy();
      if (!waiting.has(upstream)) upstream.destroy();
      pairs.delete(pair);
    };
    client.on("data", (chunk: Buffer) => {
      if (dead.has(client)) return;
      if (mode === "hold") waiting.set(upstream, [...(waiting.get(upstream) ?? []), chunk]);
      else upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (dead.has(client)) return;
      const isVictim = victim === null || client.remotePort === victim;
      if (mode === "swallow" && isVictim) swallowed += chunk.length;
      else if (delayMs > 0) setTimeout(() => client.write(chunk), delayMs);
      else client.write(chunk);
    });
    for (const socket of [client, upstream]) socket.on("error", close).on("close", close);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  const cut = (): void => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      if (!waiting.has(upstream)) upstream.destroy();
    }
  };
  return {
    port: address.port,
    swallowReplies: (to) => {
      mode = "swallow";
      victim = to ?? null;
    },
    swallowed: () => swallowed,
    holdRequests: () => {
      mode = "hold";
    },
    held: () => [...waiting.values()].flat().reduce((sum, chunk) => sum + chunk.length, 0),
    deliverHeld: async () => {
      for (const [upstream, chunks] of waiting) {
        const answered = new Promise((resolve) => upstream.once("data", resolve));
        for (const chunk of chunks) upstream.write(chunk);
        await answered;
        upstream.destroy();
      }
      waiting.clear();
    },
    delayReplies: (milliseconds) => {
      delayMs = milliseconds;
    },
    goDead: (ports) => {
      for (const { client, upstream } of pairs) {
        if (ports?.has(upstream.localPort ?? 0) ?? true) dead.add(client);
      }
    },
    cut,
    goDown: () => {
      mode = "down";
      cut();
    },
    heal: () => {
      if (mode === "swallow" || mode === "hold") cut();
      mode = "pass";
      delayMs = 0;
    },
    pointTo: (port) => {
      target = port;
      cut();
    },
    stop: async () => {
      for (const upstream of waiting.keys()) upstream.destroy();
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
