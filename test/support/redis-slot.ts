import { Redis } from "ioredis";
import type { RedisServer } from "./redis-server.ts";

/** One slot on its way from one master to another, step by step as an operator's tool would move it. */
export interface SlotMove {
  /** What lay in the slot before, in order. */
  readonly keys: readonly string[];
  /** Marks the slot as moving on both sides. */
  begin(): Promise<void>;
  /** Moves some of its keys; those that are not there any more are left out. */
  carry(keys: readonly string[]): Promise<void>;
  /** What lies in the slot on the other side, in order. */
  arrived(): Promise<readonly string[]>;
  /** Gives the slot to the other side. */
  end(): Promise<void>;
}

/** Prepares to move a slot in which a shard lies. */
export async function moveSlot(
  from: RedisServer | undefined,
  to: RedisServer | undefined,
): Promise<SlotMove> {
  if (from === undefined || to === undefined) throw new Error("a move needs two masters");
  const [source, target] = [from, to].map(({ port }) => new Redis(port, "127.0.0.1"));
  if (source === undefined || target === undefined) throw new Error("a move needs two masters");
  const ids = [String(await source.cluster("MYID")), String(await target.cluster("MYID"))] as const;
  const slot = await crowdedSlot(source);
  const keysAt = async (client: Redis): Promise<readonly string[]> =>
    (await client.cluster("GETKEYSINSLOT", slot, 1_000)).toSorted();
  return {
    keys: await keysAt(source),
    begin: async () => {
      await target.cluster("SETSLOT", slot, "IMPORTING", ids[0]);
      await source.cluster("SETSLOT", slot, "MIGRATING", ids[1]);
    },
    carry: async (keys) => {
      await source.call("MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...keys);
    },
    arrived: () => keysAt(target),
    end: async () => {
      await target.cluster("SETSLOT", slot, "NODE", ids[1]);
      await source.cluster("SETSLOT", slot, "NODE", ids[1]);
      for (const client of [source, target]) client.disconnect();
    },
  };
}

/** That of a shard: what lies alone in its slot has no hash tag. */
async function crowdedSlot(client: Redis): Promise<number> {
  const [first = ""] = await client.keys("*{*}*");
  return Number(await client.cluster("KEYSLOT", first));
}
