import { describe, expect, it } from "vitest";
import { createTurnstile } from "../../../models/engine/turnstile.ts";

const never = new AbortController().signal;

describe("turnstile", () => {
  it("lets queries overtake passages, and never two in at once", async () => {
    const turnstile = createTurnstile();
    const order: string[] = [];
    let inside = 0;
    const work = (name: string) => async (): Promise<void> => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(name);
      inside -= 1;
    };

    await Promise.all([
      turnstile.pass("last", never, work("passage 1")),
      turnstile.pass("last", never, work("passage 2")),
      turnstile.pass("last", never, work("passage 3")),
      turnstile.pass("first", never, work("query")),
    ]);

    expect(order).toEqual(["passage 1", "query", "passage 2", "passage 3"]);
  });

  it("says which piece of work is under way", async () => {
    const turnstile = createTurnstile();
    const seen: (number | null)[] = [turnstile.current()];
    const look = async (): Promise<void> => void seen.push(turnstile.current());

    await turnstile.pass("last", never, look);
    await turnstile.pass("last", never, look);

    expect([...seen, turnstile.current()]).toEqual([null, 1, 2, null]);
  });

  it("goes on after work that failed", async () => {
    const turnstile = createTurnstile();

    await expect(
      turnstile.pass("last", never, () => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");

    await expect(turnstile.pass("last", never, async () => 7)).resolves.toBe(7);
  });

  it("does not run what was aborted while it waited", async () => {
    const turnstile = createTurnstile();
    const controller = new AbortController();
    const reason = new Error("gone");
    let open = (): void => {};
    const first = turnstile.pass(
      "last",
      never,
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    const second = turnstile.pass("last", controller.signal, async () => 1);
    const third = turnstile.pass("last", never, async () => 2);

    controller.abort(reason);
    open();

    await expect(second).rejects.toBe(reason);
    await expect(third).resolves.toBe(2);
    await first;
  });
});
