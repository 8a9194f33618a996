import { describe, expect, it } from "vitest";
import { createLimiter } from "../../../../knowledge/ingest/limiter.ts";

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A task that notes its start and ends when told to. */
function task(name: string, started: string[]): { run: () => Promise<string>; end: () => void } {
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async (): Promise<string> => {
    started.push(name);
    await done;
    return name;
  };
  return { run, end: () => end() };
}

describe("the limiter", () => {
  it("runs no more than its number at once, and the others in their order", async () => {
    const started: string[] = [];
    const limiter = createLimiter(2);
    const tasks = ["a", "b", "c", "d"].map((name) => task(name, started));
    const results = Promise.all(tasks.map((one) => limiter.run(one.run, never)));
    await tick();

    expect(started).toEqual(["a", "b"]);

    tasks[1]?.end();
    await tick();
    expect(started).toEqual(["a", "b", "c"]);

    for (const one of tasks) one.end();
    expect(await results).toEqual(["a", "b", "c", "d"]);
  });

  it("goes on after a task that fails", async () => {
    const limiter = createLimiter(1);

    await expect(limiter.run(() => Promise.reject(new Error("no")), never)).rejects.toThrow("no");
    expect(await limiter.run(() => Promise.resolve(1), never)).toBe(1);
  });

  it("lets a waiting task go when it is aborted, and gives its place to the next", async () => {
    const started: string[] = [];
    const limiter = createLimiter(1);
    const [first, second, third] = [task("a", started), task("b", started), task("c", started)];
    const aborter = new AbortController();
    const running = limiter.run(first.run, never);
    const left = limiter.run(second.run, aborter.signal);
    const last = limiter.run(third.run, never);

    aborter.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    first.end();
    third.end();

    expect(await Promise.all([running, last])).toEqual(["a", "c"]);
    expect(started).toEqual(["a", "c"]);
  });

  it("does not start what is aborted already", async () => {
    const started: string[] = [];
    const aborted = AbortSignal.abort(new Error("left"));

    await expect(createLimiter(1).run(task("a", started).run, aborted)).rejects.toThrow("left");
    expect(started).toEqual([]);
  });
});
