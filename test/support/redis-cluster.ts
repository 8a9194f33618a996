import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "./redis-server.ts";

/** A Redis Cluster of our own: three masters with one replica each, on 127.0.0.1. */
export interface RedisCluster {
  /** As `REDIS_URL` names it, by two of its masters. */
  readonly url: string;
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** Starts six redis-servers, introduces them to one another and waits until every one finds the Cluster complete. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: 6 }, () => startRedis({ clusterEnabled: true })),
  );
  const clients = servers.map(({ port }) => new Redis(port, "127.0.0.1", { lazyConnect: false }));
  const [masters, replicas] = [servers.slice(0, 3), servers.slice(3)];
  try {
    await introduce(servers, clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
  const named = masters.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`);
  return {
    url: `redis-cluster://${named.join(",")}`,
    masters,
    replicas,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

async function introduce(
  servers: readonly RedisServer[],
  clients: readonly Redis[],
): Promise<void> {
  for (const [at, client] of clients.slice(0, 3).entries()) {
    const from = Math.floor((at * SLOTS) / 3);
    const to = Math.floor(((at + 1) * SLOTS) / 3);
    await client.cluster(
      "ADDSLOTS",
      ...Array.from({ length: to - from }, (_, slot) => from + slot),
    );
    await client.cluster("SET-CONFIG-EPOCH", at + 1);
  }
  // Everybody meets everybody: hearing of one another by gossip alone takes seconds.
  for (const [at, client] of clients.entries()) {
    for (const { port } of servers.slice(at + 1)) await client.cluster("MEET", "127.0.0.1", port);
  }
  const ids = await Promise.all(
    clients.map(async (client) => String(await client.cluster("MYID"))),
  );
  await untilAll(clients, async (client) => {
    const nodes = String(await client.cluster("NODES"));
    return ids.every((id) => nodes.includes(id)) && !nodes.includes("handshake");
  });
  for (const [at, replica] of clients.slice(3).entries()) {
    await replica.cluster("REPLICATE", ids[at] ?? "");
  }
  await untilAll(clients.slice(3), async (client) =>
    (await client.info("replication")).includes("master_link_status:up"),
  );
  await untilAll(clients, async (client) => (await infoOf(client)).includes("cluster_state:ok"));
}

async function infoOf(client: Redis): Promise<string> {
  return String(await client.cluster("INFO"));
}

async function untilAll(
  clients: readonly Redis[],
  isReached: (client: Redis) => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const reached = await Promise.all(clients.map(isReached));
    if (reached.every(Boolean)) return;
    await sleep(25);
  }
  throw new Error("the servers did not come together as a Cluster within 15 s");
}
