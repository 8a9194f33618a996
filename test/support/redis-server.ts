import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { findRedisBinary } from "./redis-binary.ts";

/** How a test's redis-server differs from the plain one (no persistence, no memory limit, `noeviction`). */
export interface RedisServerOptions {
  /** Keeps an append-only file, synchronised as this says. */
  readonly appendOnly?: "everysec" | "always";
  readonly policy?: string;
  readonly clusterEnabled?: boolean;
  /** Words of a command line of somebody else's, in the place of the settings above. */
  readonly args?: readonly string[];
  /** Makes it a sentinel, alone and quick to decide, that watches the master on this port under the name `main`. */
  readonly sentinelOf?: number;
}

/** A redis-server of our own on 127.0.0.1, with its own folder. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Sends one command over a connection of its own and returns the reply as text. */
  command(name: string, ...words: readonly string[]): Promise<string>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** As when the machine's power switch is used on the process alone: nothing is flushed. The data folder stays. */
  kill9(): Promise<void>;
  /** Starts it again on the same port and folder, after {@link RedisServer.kill9}. */
  restart(): Promise<void>;
}

/** Starts a redis-server and waits until it answers. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-redis-"));
  const { port, child: first } = await launchSomewhere(options, folder);
  let child = first;
  const kill = (): void => {
    findRedisBinary().kill?.(nameOf(port));
    child.kill("SIGKILL");
  };
  process.once("exit", kill);
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    kill();
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    command: async (name, ...words) => {
      const client = new Redis(port, "127.0.0.1", { lazyConnect: true, maxRetriesPerRequest: 0 });
      try {
        await client.connect();
        return String(await client.call(name, ...words));
      } finally {
        client.disconnect();
      }
    },
    stop: async () => {
      await end();
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
    kill9: () => end(),
    restart: async () => {
      await end();
      child = await launch(options, port, folder);
    },
  };
}

/** The server that `REDIS_URL` names when it is set (tests use a key prefix of their own there), else one of our own. */
export async function sharedRedis(): Promise<Pick<RedisServer, "url" | "stop">> {
  const { REDIS_URL: url = "" } = process.env;
  if (url !== "") return { url, stop: async () => {} };
  return await startRedis();
}

// Between asking for a free port and using it somebody else may take it.
const TRIES = 5;

async function launchSomewhere(
  options: RedisServerOptions,
  folder: string,
): Promise<{ port: number; child: ChildProcess }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      return { port, child: await launch(options, port, folder) };
    } catch (error) {
      if (tries === TRIES || !String(error).includes("Address already in use")) throw error;
    }
  }
}

function settingsOf(options: RedisServerOptions, port: number, folder: string): readonly string[] {
  if (options.sentinelOf !== undefined) {
    const file = join(folder, "sentinel.conf");
    writeFileSync(
      file,
      [
        `port ${port}`,
        "bind 127.0.0.1",
        `dir ${folder}`,
        `sentinel monitor main 127.0.0.1 ${options.sentinelOf} 1`,
        "sentinel down-after-milliseconds main 300",
        "sentinel failover-timeout main 2000",
        "",
      ].join("\n"),
    );
    return [file, "--sentinel"];
  }
  const place = { port: String(port), bind: "127.0.0.1", dir: folder };
  if (options.args !== undefined) return [...flags(place), ...options.args];
  const cluster = { "cluster-enabled": "yes", "cluster-node-timeout": "2000" };
  const settings = {
    ...place,
    save: "",
    "repl-diskless-sync-delay": "0",
    daemonize: "no",
    "maxmemory-policy": options.policy ?? "noeviction",
    appendonly: options.appendOnly === undefined ? "no" : "yes",
    appendfsync: options.appendOnly ?? "no",
    ...(options.clusterEnabled ? cluster : {}),
  };
  return flags(settings);
}

function flags(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Names the container, where there is one. */
function nameOf(port: number): string {
  return `frontdesk-test-${process.pid}-${port}`;
}

async function launch(
  options: RedisServerOptions,
  port: number,
  folder: string,
): Promise<ChildProcess> {
  const binary = findRedisBinary();
  const [command, ...before] = binary.command(folder, nameOf(port));
  const child = spawn(command, [...before, ...settingsOf(options, port, folder)], {
    env: binary.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
  }
  for (let tries = 0; tries < 1_500; tries++) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`redis-server ended at once:\n${output}`);
    }
    const pid = binary.kill === undefined ? (child.pid ?? 0) : null;
    if (await answers(port, pid)) return child;
    await sleep(10);
  }
  child.kill("SIGKILL");
  throw new Error(`redis-server did not answer within 15 s:\n${output}`);
}

/** False while nobody listens, somebody else does, or the server is still loading its append-only file. */
function answers(port: number, pid: number | null): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    const finish = (): void => {
      socket.destroy();
      const isOurs = pid === null || heard.includes(`process_id:${pid}\r\n`);
      resolve(heard.startsWith("+PONG") && isOurs);
    };
    socket.once("connect", () => socket.write("PING\r\nINFO server\r\n"));
    socket.on("data", (reply: Buffer) => {
      heard += reply.toString();
      if (/process_id:\d+\r\n/u.test(heard)) finish();
    });
    socket.once("error", finish);
    socket.once("close", finish);
  });
}

// Servers of a Cluster talk to one another on their port + 10,000.
const HIGHEST_PORT = 55_535;

/** A port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await anyFreePort();
    if (port <= HIGHEST_PORT) return port;
  }
}

async function anyFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}
