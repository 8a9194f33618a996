import { describe, expect, it } from "vitest";
import { unlessLate } from "../../../adapters/slack/unless-late.ts";

/** Work that ends when it is told to. */
function pending() {
  let end = (_value: string): void => {};
  let fail = (_error: Error): void => {};
  const work = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { work, end: (value: string) => end(value), fail: (error: Error) => fail(error) };
}

describe("a look-up with a limit", () => {
  it("gives what was found in time, or the failure", async () => {
    const { signal } = new AbortController();

    await expect(unlessLate(Promise.resolve("found"), signal, () => "instead")).resolves.toBe(
      "found",
    );
    await expect(
      unlessLate(Promise.reject(new Error("refused")), signal, () => "instead"),
    ).rejects.toThrow("refused");
  });

  it("gives something else when the limit comes first, whatever becomes of the work", async () => {
    const limit = new AbortController();
    const { work, fail } = pending();
    const given = unlessLate(work, limit.signal, () => "instead");

    limit.abort();

    await expect(given).resolves.toBe("instead");
    fail(new Error("too late to matter"));
    await expect(given).resolves.toBe("instead");
  });

  it("does not wait at all when the limit is over already", async () => {
    const { work, end } = pending();

    await expect(unlessLate(work, AbortSignal.abort(), () => "instead")).resolves.toBe("instead");
    end("late");
  });
});
