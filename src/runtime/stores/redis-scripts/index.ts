import { append } from "./append.ts";
import { claim, peek } from "./claim.ts";
import { commit } from "./commit.ts";
import { counts, deadLettered, list, read, remove } from "./directory.ts";
import { expireOwner, renew } from "./renew.ts";

const bodies = {
  fdAppend: append,
  fdClaim: claim,
  fdPeek: peek,
  fdRenew: renew,
  fdCommit: commit,
  fdExpireOwner: expireOwner,
  fdList: list,
  fdDeadLettered: deadLettered,
  fdRead: read,
  fdRemove: remove,
  fdCounts: counts,
} as const;

/** Name of a script, as it is called on a client. */
export type ScriptName = keyof typeof bodies;

/** Every script with its one declared key, for ioredis' `scripts` option. */
export const scripts: Readonly<Record<string, { lua: string; numberOfKeys: number }>> =
  Object.fromEntries(Object.entries(bodies).map(([name, lua]) => [name, { lua, numberOfKeys: 1 }]));
