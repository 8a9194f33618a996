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

// What ioredis says of commands when the connection is gone names its own options and tells an operator nothing.
const LIBRARY_WORDS =
  /^(Stream isn't|Reached the max|Connection is closed|Command aborted|Cluster isn't)/u;

/** Whether an error came from the server, as an answer or as our own judgement of it; else it is about the connection. */
export function isReply(error: unknown): boolean {
  const inner = cleaned(error);
  return error instanceof FrontdeskError || inner instanceof ReplyError || isSentAround(inner);
}

/**
 * Translates whatever ioredis throws: what the server said about its state, else trouble with the connection, else a
 * script's own failure, which is a defect of ours.
 * @param what what was being done and to which object, as in "append to dialogue/console:default"
 */
export function storeError(thrown: unknown, what: string): FrontdeskError {
  if (thrown instanceof FrontdeskError) return thrown;
  const error = cleaned(thrown);
  if (isSentAround(error))
    return unavailable("Redis answers, but a slot is being moved", what, error);
  if (!(error instanceof ReplyError)) {
    const message = errorMessage(error);
    const reason = LIBRARY_WORDS.test(message) ? "connection lost" : message;
    return unavailable(`Redis cannot be reached (${reason})`, what, error);
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

/**
 * Takes the failed command out of an error of ioredis, since its arguments hold passwords and users' words, and a Cluster
 * client's wrapping off.
 */
function cleaned(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  Reflect.deleteProperty(error, "command");
  const isWrapped = "lastNodeError" in error && error.lastNodeError instanceof Error;
  return isWrapped ? cleaned(error.lastNodeError) : error;
}

/** Whether a Cluster's nodes named one another until the client gave up, as they do for a slot between two of them. */
function isSentAround(error: unknown): boolean {
  return errorMessage(error).startsWith("Too many Cluster redirections");
}

function firstWord(message: string): string {
  return /^[A-Z]+/u.exec(message)?.[0] ?? "";
}

function unavailable(reason: string, what: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "store_unavailable",
    `${reason}; could not ${what}. The connection comes back by itself.`,
    {
      cause,
      retryable: true,
    },
  );
}
