import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { timeLimit } from "../../../src/core/index.ts";
import { eventually } from "../../support/runtime-eventually.ts";

const FOLDERS = ["src", "adapters", "flows", "knowledge", "models"];

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

/** Waits on a joined signal in a frame that holds none of its parts. */
function waitFor(signal: AbortSignal): { readonly reasons: unknown[] } {
  const reasons: unknown[] = [];
  const joined = AbortSignal.any([signal, new AbortController().signal]);
  joined.addEventListener("abort", () => reasons.push(joined.reason), { once: true });
  return { reasons };
}

describe("timeLimit", () => {
  it("is reached although garbage is collected and nobody else holds the signal", async () => {
    const { reasons } = waitFor(timeLimit(40));

    await eventually("the time is over", () => {
      collectGarbage();
      return reasons.length > 0;
    });

    expect(reasons).toEqual([expect.objectContaining({ name: "TimeoutError" })]);
  });

  it("is what the program uses: native timeouts get lost", () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name)),
    );
    const users = files.filter((file) =>
      /AbortSignal\.timeout\(\w/u.test(readFileSync(file, "utf8")),
    );

    expect(files.length).toBeGreaterThan(300);
    expect(users).toEqual([]);
  });
});
