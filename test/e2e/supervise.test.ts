import { expect, it, onTestFinished } from "vitest";
import { readOwner } from "../../src/runtime/index.ts";
import { folderWithoutSamples, startCommand } from "../support/cli.ts";
import { eventually } from "../support/runtime-eventually.ts";

it("frontdesk start --supervise is there again after kill -9, and ends with 0 on SIGTERM", async () => {
  const dataDir = folderWithoutSamples();
  const parent = startCommand(["start", "--supervise"], {
    dataDir,
    env: { FRONTDESK_EMBED_MODEL: "off", FRONTDESK_LOG_LEVEL: "warn" },
  });
  const childPid = (): number => readOwner(dataDir)?.pid ?? 0;
  onTestFinished(() => {
    parent.child.kill("SIGKILL");
    if (childPid() > 0) process.kill(childPid(), "SIGKILL");
  });
  await parent.until(/is ready: http/u);
  const first = childPid();

  process.kill(first, "SIGKILL");
  await parent.until(/died \(SIGKILL\)/u);
  const second = await eventually(
    "the next one",
    () => (parent.stderr().split("is ready: http").length > 2 ? childPid() : null),
    60_000,
  );
  parent.child.kill("SIGTERM");
  const result = await parent.result;

  expect(first).not.toBe(parent.child.pid);
  expect(second).not.toBe(first);
  expect(result).toMatchObject({ code: 0, signal: null });
});
