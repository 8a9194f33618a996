import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { DiscordLimits } from "./limits.ts";
import { shownWithoutContent, wireGuild, wireUser } from "./wire.ts";
import type { World } from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

const packetSchema = z.object({ op: z.number(), d: z.unknown() });
const identifySchema = z.object({
  token: z.string(),
  intents: z.number(),
  shard: z.tuple([z.number(), z.number()]).default([0, 1]),
});
const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

const MESSAGE_CONTENT = 1 << 15;
const GUILD_MESSAGES = 1 << 9;
const REACTIONS = 1 << 10;
const DIRECT_MESSAGES = 1 << 12;
const GUILD_TYPING = 1 << 11;
const DIRECT_TYPING = 1 << 14;

/** A session with everything that was sent in it. */
interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: number;
  readonly shards: number;
  readonly sent: { readonly s: number; readonly t: string; readonly d: unknown }[];
  socket: WebSocket | null;
  leftAt: number;
  isDead: boolean;
}

/** The gateway's server side. */
export interface GatewayServer {
  /** Sends an event to whom it concerns: the shard of its server, with the intents for it. */
  emit(name: string, data: Body, guild: string | null): void;
  connections(): number;
  readonly sessions: readonly Session[];
  /** How often a session began, and how often one went on; how often one wanted to begin too soon after another. */
  readonly counts: {
    identified: number;
    resumed: number;
    heartbeats: number;
    tooSoon: number;
    /** Sessions that nobody was allowed to begin any more today: Discord would take the token away. */
    overdrawn: number;
  };
  /** How many sessions may begin today, and when that is counted anew. */
  starts(): { readonly remaining: number; readonly resetAfterMs: number };
  limitStarts(remaining: number, resetAfterMs: number): void;
  /** Breaks every connection without a word. */
  drop(): void;
  /** Asks every connection to come again. */
  reconnect(): void;
  /** Says that sessions are no longer valid. */
  invalidate(canResume: boolean): void;
  /** Forgets every session: none can go on. */
  forgetSessions(): void;
  /** Connects nobody until this is called with false. */
  refuse(isRefusing: boolean): void;
  /** Sessions begin, and nobody is told so, until this is called with false. */
  stall(isStalling: boolean): void;
  /** Every line there is goes dead: nothing comes over it any more, not even an answer to a heartbeat, and nobody closes it. */
  fallSilent(): void;
  /** The next `count` events are each sent twice. */
  duplicateNext(count: number): void;
  close(): void;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}

export function createGatewayServer(options: {
  readonly server: Server;
  readonly baseUrl: string;
  readonly token: string;
  readonly world: World;
  readonly limits: DiscordLimits;
  readonly hasMessageContent: () => boolean;
}): GatewayServer {
  const { world, limits, token } = options;
  const sessions: Session[] = [];
  const open = new Set<WebSocket>();
  const counts = { identified: 0, resumed: 0, heartbeats: 0, tooSoon: 0, overdrawn: 0 };
  let starts = { remaining: 1_000, resetAt: 0 };
  let identifiedAt = Number.NEGATIVE_INFINITY;
  const wss = new WebSocketServer({ noServer: true });
  let isRefusing = false;
  let isStalling = false;
  const dead = new WeakSet<WebSocket>();
  let toDuplicate = 0;

  const send = (socket: WebSocket, packet: Body): void => {
    if (!dead.has(socket)) socket.send(JSON.stringify(packet));
  };

  const dispatch = (session: Session, name: string, data: unknown): void => {
    const s = session.sent.length + 1;
    session.sent.push({ s, t: name, d: data });
    if (session.socket !== null) send(session.socket, { op: 0, s, t: name, d: data });
  };

  const shardOf = (guild: string | null, shards: number): number =>
    guild === null ? 0 : Number((BigInt(guild) >> 22n) % BigInt(shards));

  const greet = (session: Session): void => {
    const mine = [...world.guilds.values()].filter(
      ({ id, members }) =>
        members.has(world.bot.id) && shardOf(id, session.shards) === session.shard,
    );
    dispatch(session, "READY", {
      v: 10,
      user: wireUser(world.bot),
      session_id: session.id,
      resume_gateway_url: `${options.baseUrl.replace("http", "ws")}/gateway`,
      shard: [session.shard, session.shards],
      guilds: mine.map(({ id }) => ({ id, unavailable: true })),
      application: { id: world.applicationId, flags: 0 },
    });
    for (const guild of mine) dispatch(session, "GUILD_CREATE", wireGuild(world, guild));
  };

  const identify = (socket: WebSocket, given: unknown): Session | null => {
    const parsed = identifySchema.safeParse(given);
    if (!parsed.success) {
      socket.close(4002, "Decode error");
      return null;
    }
    const { intents, shard } = parsed.data;
    if (parsed.data.token !== token) {
      socket.close(4004, "Authentication failed");
      return null;
    }
    if ((intents & MESSAGE_CONTENT) !== 0 && !options.hasMessageContent()) {
      socket.close(4014, "Disallowed intent(s)");
      return null;
    }
    if (shard[0] >= shard[1]) {
      socket.close(4010, "Invalid shard");
      return null;
    }
    // One at a time: `max_concurrency` is 1.
    if (performance.now() - identifiedAt < limits.identifyMs) {
      counts.tooSoon += 1;
      send(socket, { op: 9, d: false });
      return null;
    }
    identifiedAt = performance.now();
    if (starts.remaining <= 0 && performance.now() >= starts.resetAt) starts.remaining = 1_000;
    starts.remaining -= 1;
    if (starts.remaining < 0) counts.overdrawn += 1;
    counts.identified += 1;
    const id = randomBytes(16).toString("hex");
    const common = { id, intents, shard: shard[0], shards: shard[1], sent: [], leftAt: 0 };
    const session: Session = { ...common, socket, isDead: false };
    sessions.push(session);
    if (!isStalling) greet(session);
    return session;
  };

  const resume = (socket: WebSocket, given: unknown): Session | null => {
    const parsed = resumeSchema.safeParse(given);
    const session = parsed.success
      ? sessions.find(({ id }) => id === parsed.data.session_id)
      : undefined;
    const isOld = session?.socket === null && performance.now() - session.leftAt > limits.resumeMs;
    if (!parsed.success || session === undefined || session.isDead || isOld) {
      send(socket, { op: 9, d: false });
      return null;
    }
    counts.resumed += 1;
    session.socket = socket;
    for (const { s, t, d } of session.sent.filter((one) => one.s > parsed.data.seq)) {
      send(socket, { op: 0, s, t, d });
    }
    dispatch(session, "RESUMED", {});
    return session;
  };

  const converse = (socket: WebSocket): void => {
    let session: Session | null = null;
    let beatAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - beatAt > 3 * limits.heartbeatMs) socket.close(4009, "timed out");
    }, limits.heartbeatMs);
    watch.unref();
    open.add(socket);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(watch);
      open.delete(socket);
      if (session?.socket === socket) {
        session.socket = null;
        session.leftAt = performance.now();
      }
    });
    socket.on("message", (data) => {
      const packet = packetSchema.safeParse(JSON.parse(textOf(data)));
      if (!packet.success) return socket.close(4002, "Decode error");
      const { op, d } = packet.data;
      if (op === 1) {
        beatAt = performance.now();
        counts.heartbeats += 1;
        send(socket, { op: 11 });
      } else if (op === 2) session = identify(socket, d);
      else if (op === 6) session = resume(socket, d);
    });
    send(socket, { op: 10, d: { heartbeat_interval: limits.heartbeatMs } });
  };

  options.server.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url ?? "/", "ws://localhost");
    const isOurs = url.pathname === "/gateway" || url.pathname === "/gateway/";
    if (isRefusing || !isOurs || url.searchParams.get("v") !== "10") {
      socket.destroy();
      return;
    }
    wss.handleUpgrade(request, socket, head, converse);
  });

  const wants = (session: Session, name: string, guild: string | null): boolean => {
    if (session.isDead || shardOf(guild, session.shards) !== session.shard) return false;
    if (name.startsWith("MESSAGE_REACTION_")) {
      return guild !== null && (session.intents & REACTIONS) !== 0;
    }
    if (name === "TYPING_START") {
      return (session.intents & (guild === null ? DIRECT_TYPING : GUILD_TYPING)) !== 0;
    }
    if (!name.startsWith("MESSAGE_")) return true;
    return (session.intents & (guild === null ? DIRECT_MESSAGES : GUILD_MESSAGES)) !== 0;
  };

  const shownTo = (session: Session, name: string, data: Body, guild: string | null): Body => {
    const isMessage = name === "MESSAGE_CREATE" || name === "MESSAGE_UPDATE";
    if (!isMessage || guild === null || (session.intents & MESSAGE_CONTENT) !== 0) return data;
    return shownWithoutContent(world, data);
  };

  return {
    sessions,
    counts,
    connections: () => open.size,
    starts: () => ({
      remaining: Math.max(0, starts.remaining),
      resetAfterMs: Math.max(0, starts.resetAt - performance.now()),
    }),
    limitStarts(remaining, resetAfterMs) {
      starts = { remaining, resetAt: performance.now() + resetAfterMs };
    },
    emit(name, data, guild) {
      const times = toDuplicate > 0 ? 2 : 1;
      toDuplicate = Math.max(0, toDuplicate - 1);
      for (const session of sessions.filter((one) => wants(one, name, guild))) {
        for (let time = 0; time < times; time += 1) {
          dispatch(session, name, shownTo(session, name, data, guild));
        }
      }
    },
    drop() {
      for (const socket of open) socket.terminate();
    },
    reconnect() {
      for (const socket of open) send(socket, { op: 7, d: null });
    },
    invalidate(canResume) {
      for (const session of sessions) session.isDead ||= !canResume;
      for (const socket of open) send(socket, { op: 9, d: canResume });
    },
    forgetSessions() {
      for (const session of sessions) session.isDead = true;
    },
    refuse(value) {
      isRefusing = value;
    },
    stall(value) {
      isStalling = value;
    },
    fallSilent() {
      for (const socket of open) dead.add(socket);
    },
    duplicateNext(count) {
      toDuplicate += count;
    },
    close() {
      for (const socket of open) socket.terminate();
      wss.close();
    },
  };
}
