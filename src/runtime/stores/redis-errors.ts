import { ReplyError } from "ioredis";
import { errorMessage, FrontdeskError } from "../../core/index.ts";

const UNAVAILABLE: Readonly<Record<string, string>> = {
  LOADING: "it is still loading its data",
  BUSY: "it is busy with a script",
  MASTERDOWN: "its master is down",
  READONLY: "it is a replica that takes no writes; a failover may be going on",
  NOREPLICAS: "too few replicas are connected to take writes safely",
  CLUSTERDOWN: "the Cluster has no owner for a slot",
  TRYAGAIN: "a slot is being moved",
  MOVED: "a slot was moved",
  ASK: "a slot is being moved",
  NOAUTH: "it wants a password; check REDIS_URL",
  WRONGPASS: "it refuses user or password; check REDIS_URL",
  NOPERM: "the user may not run what Frontdesk needs; check the ACL",
};

/**
 * Translates whatever ioredis throws: what the server said about its state, else trouble with the connection, else a
 * script's own failure, which is a defect of ours.
 * @param what what was being done and to which object, as in "append to dialogue/console:default"
 */
export function storeError(error: unknown, what: string): FrontdeskError {
  if (error instanceof FrontdeskError) return error;
  if (!(error instanceof ReplyError)) {
    return unavailable(`Redis cannot be reached (${errorMessage(error)})`, what, error);
  }
  // Redis 6 wraps the code of a command that failed inside a script: "ERR Error running script …: -OOM command …".
  const message = errorMessage(error);
  const code =
    /^ERR .*[\s-](OOM|MISCONF|READONLY|NOREPLICAS) /u.exec(message)?.[1] ?? firstWord(message);
  if (code === "OOM" || code === "MISCONF") {
    const reason =
      code === "OOM"
        ? "its memory is full; raise maxmemory"
        : "it cannot write its data to disk; free some space";
    return new FrontdeskError("disk_full", `Redis refused to ${what}: ${reason}.`, {
      cause: error,
      retryable: true,
    });
  }
  const reason = UNAVAILABLE[code];
  if (reason !== undefined) return unavailable(`Redis answers, but ${reason}`, what, error);
  return new FrontdeskError("internal", `Redis could not ${what}: ${message}`, { cause: error });
}

function firstWord(message: string): string {
  return /^[A-Z]+/u.exec(message)?.[0] ?? "";
}

function unavailable(reason: string, what: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "store_unavailable",
    `${reason}; could not ${what}. It is tried again.`,
    {
      cause,
      retryable: true,
    },
  );
}
