import { ReplyError } from "ioredis";
import { expect, test } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import { isReply, storeError } from "../../../src/runtime/stores/redis-errors.ts";

/** An error as ioredis makes it of what the server says; its class is untyped. */
function reply(said: string): Error {
  const made: unknown = new ReplyError(said);
  if (!(made instanceof Error)) throw new TypeError("ioredis' ReplyError is no Error");
  return made;
}

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", "disk_full", true],
  [
    "ERR Error running script (call to f_1): @user_script:3: -OOM command not allowed when used memory > 'maxmemory'.",
    "disk_full",
    true,
  ],
  ["MISCONF Redis is configured to save RDB snapshots, but …", "disk_full", true],
  ["LOADING Redis is loading the dataset in memory", "store_unavailable", true],
  ["READONLY You can't write against a read only replica.", "store_unavailable", true],
  ["CLUSTERDOWN Hash slot not served", "store_unavailable", true],
  ["WRONGPASS invalid username-password pair", "store_unavailable", true],
  ["ERR user_script:1: attempt to index a nil value", "internal", false],
] as const)("what the server says decides the code: %s", (said, code, retryable) => {
  const error = storeError(reply(said), "append to dialogue/a");

  expect(error).toMatchObject({ code, retryable });
  expect(error.message).toContain("append to dialogue/a");
});

test("trouble with the connection is retryable and says what the system said", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
    code: "ECONNREFUSED",
  });

  const error = storeError(refused, "claim work");

  expect(error).toMatchObject({ code: "store_unavailable", retryable: true });
  expect(error.message).toContain("ECONNREFUSED");
  expect(storeError(new Error("Reached the max retries per request limit"), "x").message).toContain(
    "connection lost",
  );
});

test("a Cluster's failure is told as what its last node said", () => {
  const said = reply("NOAUTH Authentication required.");
  const wrapped = Object.assign(new Error("Failed to refresh slots cache."), {
    lastNodeError: said,
  });

  expect(storeError(wrapped, "x").message).toContain("password");
});

test("the failed command, with users' words and passwords, is taken out of the cause", () => {
  const said = Object.assign(reply("OOM command not allowed"), {
    command: { name: "evalsha", args: ["my salary is"] },
  });

  const error = storeError(said, "append to dialogue/a");

  expect(JSON.stringify(error.cause)).not.toContain("salary");
});

test("an error of ours stays as it is", () => {
  const own = new FrontdeskError("lease_lost", "The lease is lost.");

  expect(storeError(own, "x")).toBe(own);
});

test("a slot between two nodes is told as such, whichever of them answered last", () => {
  for (const last of ["TRYAGAIN Multiple keys request during rehashing of slot", "MOVED 1 h:1"]) {
    const thrown = new Error(`Too many Cluster redirections. Last error: ReplyError: ${last}`);

    expect(isReply(thrown)).toBe(true);
    const error = storeError(thrown, "claim work");
    expect(error.code).toBe("store_unavailable");
    expect(error.message).toContain("a slot is being moved");
  }
});
