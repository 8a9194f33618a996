import { append } from "./append.ts";
import { claim, peek } from "./claim.ts";
import { commit } from "./commit.ts";
import { deskForget, deskGet, deskList, deskPublish } from "./desk.ts";
import { counts, deadLettered, list, read, remove } from "./directory.ts";
import {
  logAdd,
  logChange,
  logClear,
  logFind,
  logGet,
  logHide,
  logLast,
  logPass,
  logRead,
} from "./log.ts";
import { memoryClaim, memoryDelete, memoryGet, memoryList, memorySet } from "./memory.ts";
import { expireOwner, renew } from "./renew.ts";
import { restoreInstance, restoreMessage, restoreSeen, restoreShown } from "./restore.ts";

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
  fdLogAdd: logAdd,
  fdLogChange: logChange,
  fdLogClear: logClear,
  fdLogFind: logFind,
  fdLogGet: logGet,
  fdLogHide: logHide,
  fdLogLast: logLast,
  fdLogPass: logPass,
  fdLogRead: logRead,
  fdDeskForget: deskForget,
  fdDeskGet: deskGet,
  fdDeskList: deskList,
  fdDeskPublish: deskPublish,
  fdMemoryClaim: memoryClaim,
  fdMemoryDelete: memoryDelete,
  fdMemoryGet: memoryGet,
  fdMemoryList: memoryList,
  fdMemorySet: memorySet,
  fdRestoreInstance: restoreInstance,
  fdRestoreMessage: restoreMessage,
  fdRestoreSeen: restoreSeen,
  fdRestoreShown: restoreShown,
} as const;

/** Name of a script, as it is called on a client. */
export type ScriptName = keyof typeof bodies;

/**
 * Every script with its two declared keys, for ioredis' `scripts` option: the base, and a second name in the same slot that no
 * script uses. While a Cluster moves that slot, the node that it moves to would run a command with one key that it does not
 * have, on the part of the data that has arrived; one with several keys of which one is missing it answers with TRYAGAIN.
 */
export const scripts: Readonly<Record<string, { lua: string; numberOfKeys: number }>> =
  Object.fromEntries(Object.entries(bodies).map(([name, lua]) => [name, { lua, numberOfKeys: 2 }]));
