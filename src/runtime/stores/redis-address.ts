import { FrontdeskError } from "../../core/index.ts";

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<string, never>;
}

interface Node {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is: one server, a server that sentinels know, or a Cluster by some of its nodes. */
export type RedisAddress =
  | { readonly kind: "single"; readonly login: Login; readonly at: Node; readonly db: number }
  | {
      readonly kind: "sentinel";
      readonly login: Login;
      readonly sentinels: readonly Node[];
      readonly name: string;
      readonly db: number;
    }
  | { readonly kind: "cluster"; readonly login: Login; readonly nodes: readonly Node[] };

const PROTOCOLS = ["redis:", "rediss:", "redis-cluster:", "rediss-cluster:", "redis-sentinel:"];

/**
 * Reads `REDIS_URL`: `redis://[user:password@]host[:port][/database]` (`rediss:` with TLS) for one server,
 * `redis-cluster://host:port,host:port` or several comma-separated URLs for a Cluster, and
 * `redis-sentinel://host:port,host:port/name` for a server under Sentinel.
 * @throws FrontdeskError `config_invalid`; the message never repeats a password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const [first, ...others] = text.split(",").map((part) => part.trim());
  if (others.includes("")) throw invalid("names an empty host");
  const url = parse(first ?? "");
  const nodes = [url, ...others.map((part) => parse(withProtocol(part, url.protocol)))];
  const login = {
    ...(url.username === "" ? {} : { username: decoded(url.username) }),
    ...(url.password === "" ? {} : { password: decoded(url.password) }),
    ...(url.protocol.startsWith("rediss") ? { tls: {} } : {}),
  };
  const path = (nodes.at(-1)?.pathname ?? "").replace(/^\//u, "");
  if (url.protocol === "redis-sentinel:") {
    const [name = "", database = ""] = path.split("/");
    if (name === "") throw invalid("names no master, as in redis-sentinel://host:26379/mymaster");
    const sentinels = nodes.map((node) => nodeOf(node, 26_379));
    return { kind: "sentinel", login, sentinels, name, db: databaseOf(database) };
  }
  if (url.protocol.includes("cluster") || nodes.length > 1) {
    if (path !== "" && path !== "0") throw invalid("names a database; a Cluster has only one");
    return { kind: "cluster", login, nodes: nodes.map((node) => nodeOf(node, 6_379)) };
  }
  return { kind: "single", login, at: nodeOf(url, 6_379), db: databaseOf(path) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid("has a % in its user or password that has to be written as %25");
  }
}

function withProtocol(part: string, protocol: string): string {
  return part.includes("://") ? part : `${protocol}//${part}`;
}

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid("is not a URL");
  }
  if (!PROTOCOLS.includes(url.protocol)) throw invalid(`has the protocol ${url.protocol}//`);
  return url;
}

function nodeOf(url: URL, port: number): Node {
  const host = url.hostname.replace(/^\[(.*)\]$/u, "$1");
  return {
    host: host === "" ? "127.0.0.1" : host,
    port: url.port === "" ? port : Number(url.port),
  };
}

function databaseOf(text: string): number {
  if (text === "") return 0;
  if (!/^\d{1,5}$/u.test(text)) throw invalid("ends in something that is no database number");
  return Number(text);
}

function invalid(reason: string): FrontdeskError {
  return new FrontdeskError(
    "config_invalid",
    `REDIS_URL ${reason}. Write redis://host:6379, rediss://user:password@host:6380/0, redis-cluster://host:7000,host:7001 or redis-sentinel://host:26379/mymaster.`,
  );
}
