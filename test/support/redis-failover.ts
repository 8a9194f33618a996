import { setTimeout as sleep } from "node:timers/promises";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { claiming, dialogue, say, texts } from "../contract/conversation-store-steps.ts";
import { startTcpProxy } from "./redis-proxy.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { redisStoreFixture } from "./redis-store.ts";
import { eventually } from "./runtime-eventually.ts";

/** An event that the master acknowledged, with the moment at which its acknowledgement came. */
interface Acknowledged {
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A master with one replica, and a store that reaches whichever of them is the master at an address that moves. */
export interface Failover {
  readonly store: RedisConversationStore;
  /** Resolves when the replica has all that the master has. */
  caughtUp(): Promise<void>;
  cutOffReplica(): Promise<void>;
  /** From now on nothing that the master sends reaches the replica, and neither of them knows. */
  loseWhatIsReplicated(): void;
  reconnectReplica(): Promise<void>;
  wantReplicas(count: number): Promise<void>;
  /** Appends one event after the other for so long, then kills the master (-9), promotes the replica and moves the address. */
  appendUntilDeath(
    milliseconds: number,
  ): Promise<{ readonly acknowledged: readonly Acknowledged[]; readonly diedAt: number }>;
  /** Kills the master (-9), promotes the replica and moves the address to it. */
  failOver(): Promise<void>;
  /** Texts of every event that the present master has. Claims and consumes them. */
  survivors(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts the pair; everything that the master tells the replica takes `lagMs` on its way. */
export async function openFailover(options: { readonly lagMs: number }): Promise<Failover> {
  const [master, replica] = [await startRedis(), await startRedis()];
  const line = await startTcpProxy(master.port);
  const address = await startTcpProxy(master.port);
  const fixture = await redisStoreFixture(`redis://127.0.0.1:${address.port}`);
  const { store } = fixture;
  await replica.command("REPLICAOF", "127.0.0.1", String(line.port));
  await linked(replica);
  line.delayReplies(options.lagMs);

  const promote = async (): Promise<void> => {
    await replica.command("REPLICAOF", "NO", "ONE");
    address.pointTo(replica.port);
    await eventually("the new master", () =>
      store.check().then(
        () => true,
        () => false,
      ),
    );
  };

  return {
    store,
    caughtUp: async () => {
      await eventually("the replica's position", async () => {
        const info = await master.command("INFO", "replication");
        const own = /master_repl_offset:(\d+)/u.exec(info)?.[1];
        return info.includes(`offset=${own},lag=`);
      });
    },
    cutOffReplica: async () => {
      line.goDown();
      await eventually("the master to notice", async () =>
        (await master.command("INFO", "replication")).includes("connected_slaves:0"),
      );
    },
    loseWhatIsReplicated: line.swallowReplies,
    reconnectReplica: async () => {
      line.heal();
      await linked(replica);
    },
    wantReplicas: async (count) => {
      await master.command("CONFIG", "SET", "min-replicas-to-write", String(count));
    },
    appendUntilDeath: async (milliseconds) => {
      const acknowledged: Acknowledged[] = [];
      const ending = { isNear: false };
      const appending = (async () => {
        for (let index = 0; ; index += 1) {
          await say(store, dialogue("a"), String(index), [String(index)]);
          acknowledged.push({ text: String(index), at: performance.now() });
        }
      })().catch((error: unknown) => {
        if (!ending.isNear) throw error;
      });
      await sleep(milliseconds);
      ending.isNear = true;
      await master.kill9();
      const diedAt = performance.now();
      await appending;
      await promote();
      return { acknowledged, diedAt };
    },
    failOver: async () => {
      await master.kill9();
      await promote();
    },
    survivors: async () => {
      const found: string[] = [];
      for (;;) {
        const [claim] = await store.claim(claiming());
        if (claim === undefined) return found;
        found.push(...texts(claim.inbox));
        await store.commit(claim.lease, {
          commitId: String(claim.lease.fence),
          consumedThrough: claim.inbox.at(-1)?.seq ?? null,
          snapshot: "{}",
          version: 1,
          timers: [],
          release: true,
          idleTtlMs: null,
        });
      }
    },
    close: async () => {
      await fixture.dispose();
      await address.stop();
      await line.stop();
      await replica.stop();
      await master.stop();
    },
  };
}

async function linked(replica: RedisServer): Promise<void> {
  await eventually("the replica's link", async () =>
    (await replica.command("INFO", "replication")).includes("master_link_status:up"),
  );
}
