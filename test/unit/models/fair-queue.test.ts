import { describe, expect, it } from "vitest";
import { createFairQueue, type QueueTicket } from "../../../models/local/fair-queue.ts";

const ticket = (
  userKey: string,
  conversationKey = `${userKey}-talk`,
  priority: QueueTicket["priority"] = "interactive",
): QueueTicket => ({ userKey, conversationKey, priority });
const nobody: ReadonlySet<string> = new Set();

describe("fair queue", () => {
  it("serves people in turn, not the one who asked most", () => {
    const queue = createFairQueue<QueueTicket>();
    for (const user of ["ann", "ann", "ann", "bob"]) queue.push(ticket(user));

    const order = [1, 2, 3, 4].map(() => queue.next(nobody)?.userKey);

    expect(order).toEqual(["ann", "bob", "ann", "ann"]);
  });

  it("counts what was served without a wait", () => {
    const queue = createFairQueue<QueueTicket>();
    queue.servedAtOnce(ticket("ann"));
    queue.push(ticket("ann"));
    queue.push(ticket("bob"));

    expect(queue.inOrder().map(({ userKey }) => userKey)).toEqual(["bob", "ann"]);
    expect(queue.next(nobody)?.userKey).toBe("bob");
  });

  it("lets nobody who was served once wait behind all who come later", () => {
    const queue = createFairQueue<QueueTicket>();
    queue.servedAtOnce(ticket("ann"));
    queue.push(ticket("ann"));

    const order = ["bob", "cid", "dan", "eve"].map((newcomer) => {
      queue.push(ticket(newcomer));
      return queue.next(nobody)?.userKey;
    });

    expect(order).toEqual(["bob", "ann", "cid", "dan"]);
  });

  it("gives nobody a lead for having been away for long", () => {
    const queue = createFairQueue<QueueTicket>();
    queue.servedAtOnce(ticket("ann"));
    queue.servedAtOnce(ticket("bob"));
    queue.servedAtOnce(ticket("cid"));
    queue.push(ticket("dan"));
    queue.push(ticket("ann"));

    expect(queue.inOrder().map(({ userKey }) => userKey)).toEqual(["dan", "ann"]);
  });

  it("keeps the requests of one person in order", () => {
    const queue = createFairQueue<QueueTicket>();
    const [first, second] = [ticket("ann", "one"), ticket("ann", "two")];
    queue.push(first);
    queue.push(second);

    expect(queue.next(nobody)).toBe(first);
    expect(queue.next(nobody)).toBe(second);
  });

  it("lets interactive requests overtake background work", () => {
    const queue = createFairQueue<QueueTicket>();
    queue.push(ticket("nightly", "summary", "background"));
    queue.push(ticket("ann"));

    expect(queue.next(nobody)?.userKey).toBe("ann");
    expect(queue.next(nobody)?.userKey).toBe("nightly");
  });

  it("skips a conversation that is being answered", () => {
    const queue = createFairQueue<QueueTicket>();
    queue.push(ticket("ann", "busy-talk"));
    queue.push(ticket("bob"));

    expect(queue.next(new Set(["busy-talk"]))?.userKey).toBe("bob");
    expect(queue.next(new Set(["busy-talk"]))).toBeNull();
  });

  it("tells the order in which all would be served", () => {
    const queue = createFairQueue<QueueTicket>();
    for (const user of ["ann", "ann", "bob"]) queue.push(ticket(user));

    expect(queue.inOrder().map(({ userKey }) => userKey)).toEqual(["ann", "bob", "ann"]);
  });

  it("forgets who has left", () => {
    const queue = createFairQueue<QueueTicket>();
    const left = ticket("ann");
    queue.push(left);

    expect(queue.remove(left)).toBe(true);
    expect(queue.remove(left)).toBe(false);
    expect(queue.size()).toBe(0);
  });
});
