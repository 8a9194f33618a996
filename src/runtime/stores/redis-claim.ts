import { FrontdeskError } from "../../core/index.ts";
import type { Claim, ClaimRequest } from "../../ports/conversation-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { decodeClaims, decodeIntegers } from "./redis-replies.ts";

export interface RedisClaimOptions {
  readonly connection: RedisConnection;
  readonly logger: Logger;
}

// Lost calls that are asked for at once; more would only come together while the server is away.
const MAX_LOST = 32;

/**
 * Makes the claim call. One server: one script over all shards, which finds the longest waiting of all. Cluster: every
 * shard is first asked what waits there, then as many are taken from each as the oldest of all shards are.
 *
 * A call whose reply never came may have taken instances all the same. Its token is shown to the next call of the same
 * owner, which gets them at once instead of when their lease has run out.
 */
export function createRedisClaim(
  options: RedisClaimOptions,
): (request: ClaimRequest) => Promise<readonly Claim[]> {
  const { connection, logger } = options;
  const lost = new Map<string, { readonly owner: string; readonly from: readonly number[] }>();
  const session = crypto.randomUUID().slice(0, 8);
  let calls = 0;

  const lostOf = (owner: string): readonly (readonly [string, readonly number[]])[] =>
    [...lost].flatMap(([token, call]) => (call.owner === owner ? [[token, call.from]] : []));
  const allShards = async (): Promise<readonly number[]> => [...(await connection.bases()).keys()];
  const claimFrom = async (
    from: readonly number[],
    request: ClaimRequest,
    limit: number,
  ): Promise<readonly Claim[]> => {
    calls += 1;
    const token = `${session}.${calls.toString(36)}`;
    const bases = await connection.bases();
    const tokens = lostOf(request.owner).flatMap(([name, where]) =>
      where.some((shard) => from.includes(shard)) ? [name] : [],
    );
    try {
      const reply = await connection.run(
        "fdClaim",
        from[0] ?? 0,
        [
          ...[request.owner, request.leaseMs, limit, token],
          ...counted(from.map((shard) => bases[shard] ?? "")),
          ...supportsOf(request),
          ...counted(tokens),
        ],
        "claim work",
      );
      const claims = decodeClaims(reply, request.owner);
      if (claims.length < limit) for (const name of tokens) lost.delete(name);
      return claims;
    } catch (error) {
      if (isAmbiguous(error) && lost.size < MAX_LOST) {
        lost.set(token, { owner: request.owner, from });
      }
      throw error;
    }
  };

  const waitingSince = async (shard: number, request: ClaimRequest): Promise<readonly number[]> => {
    const parameters = [request.limit, ...supportsOf(request)];
    return decodeIntegers(await connection.run("fdPeek", shard, parameters, "look for work"));
  };

  const claimInCluster = async (request: ClaimRequest): Promise<readonly Claim[]> => {
    const waiting = await settle(
      (await allShards()).map(async (shard) => ({
        shard,
        since: await waitingSince(shard, request),
      })),
      logger,
    );
    const owed = lostOf(request.owner).flatMap(([, from]) => from);
    const quotas = quotasOf(owed, waiting, request.limit);
    const claims = await settle(
      [...quotas].map(([shard, limit]) => claimFrom([shard], request, limit)),
      logger,
    );
    return claims.flat();
  };

  return async (request) => {
    if (request.limit <= 0) return [];
    if (connection.isCluster) return await claimInCluster(request);
    return await claimFrom(await allShards(), request, request.limit);
  };
}

/** How many to take from each shard: one where a lost call may have taken something, then the oldest of all shards. */
function quotasOf(
  owed: readonly number[],
  waiting: readonly { readonly shard: number; readonly since: readonly number[] }[],
  limit: number,
): Map<number, number> {
  const oldest = waiting
    .flatMap(({ shard, since }) => since.map((at) => ({ shard, at })))
    .toSorted((a, b) => a.at - b.at)
    .map(({ shard }) => shard);
  const quotas = new Map<number, number>();
  for (const shard of [...new Set(owed), ...oldest].slice(0, limit)) {
    quotas.set(shard, (quotas.get(shard) ?? 0) + 1);
  }
  return quotas;
}

/** What came of those that came through; a part of a Cluster that is down does not hold up the rest. */
async function settle<T>(calls: readonly Promise<T>[], logger: Logger): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(calls);
  const done: T[] = [];
  const failures: unknown[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") done.push(outcome.value);
    else failures.push(outcome.reason);
  }
  if (failures.length > 0) {
    if (done.length === 0) throw failures[0];
    logger.warn({ err: failures[0], shards: failures.length }, "some shards cannot be reached");
  }
  return done;
}

function supportsOf(request: ClaimRequest): readonly (string | number)[] {
  const pairs = Object.entries(request.supports);
  return [pairs.length, ...pairs.flat()];
}

function counted(values: readonly string[]): readonly (string | number)[] {
  return [values.length, ...values];
}

function isAmbiguous(error: unknown): boolean {
  return error instanceof FrontdeskError && error.code === "store_unavailable";
}
