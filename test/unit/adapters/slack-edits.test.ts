import { describe, expect, it } from "vitest";
import { createEdits } from "../../../adapters/slack/edits.ts";
import { SLACK_PACING } from "../../../adapters/slack/pacing.ts";
import { createSharedRates } from "../../../adapters/slack/shared-rates.ts";
import { effectKey, FrontdeskError } from "../../../src/core/index.ts";
import { createMemoryBudget } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const { signal } = new AbortController();
const spare = { signal, isSpare: true };
const final = { signal };
const tooMany = { code: "rate_limited", retryable: true };

/** Four edits a minute, of which two are kept for those that nobody has set aside. */
const settings = { ...SLACK_PACING, updatesPerWindow: 4, keptForFinal: 2, maxWaitMs: 0 };

/**
 * Processes that share a budget, over a Slack that only writes down whose message is edited.
 * @param isGenerous what all processes make together is not counted
 */
function processes(count: number, isGenerous = false) {
  const clock = createFakeClock(0);
  const budget = createMemoryBudget();
  const shown: string[] = [];
  const failures: FrontdeskError[] = [];
  const open = () => {
    const counted = createSharedRates(settings, budget);
    const rates = isGenerous ? { take: () => Promise.resolve() } : counted;
    const edits = createEdits({
      rates,
      settings,
      now: clock.now,
      api: {
        async call(method, args, answer, { isSpare = false, isCounted = false }) {
          if (!isCounted && method === "chat.update") await rates.take(method, { isSpare, signal });
          const failure = failures.shift();
          if (failure !== undefined) throw failure;
          shown.push(String(args["ts"]));
          return answer.parse({});
        },
      },
    });
    return {
      promise: (name: string) => edits.promise(effectKey(name), final),
      release: (name: string) => edits.release(effectKey(name)),
      stands: (name: string, ref: string) => edits.stands(effectKey(name), ref),
      releaseAt: (ref: string) => edits.releaseAt(ref),
      make: (name: string, call: typeof final | typeof spare) =>
        edits.make(effectKey(name), { ts: name }, call),
    };
  };
  return { clock, shown, failures, all: Array.from({ length: count }, open) };
}

describe("edits of messages", () => {
  it("are kept back for those that cannot be left out", async () => {
    const { clock, shown, all } = processes(1);
    const [edits] = all;

    await edits?.make("a", spare);
    clock.advance(100);
    await edits?.make("a", spare);
    await expect(edits?.make("a", spare)).rejects.toMatchObject(tooMany);
    await edits?.make("b", final);
    await edits?.make("c", final);

    await expect(edits?.make("d", final)).rejects.toMatchObject({
      ...tooMany,
      retryAfterMs: SLACK_PACING.windowMs - 100,
    });
    expect(shown).toEqual(["a", "a", "b", "c"]);
  });

  it("are set aside for messages that begin to grow: whoever was promised one never waits for it", async () => {
    const { shown, all } = processes(1);
    const [edits] = all;

    await edits?.promise("a");
    await edits?.promise("b");
    await edits?.promise("a");
    await expect(edits?.promise("c")).rejects.toMatchObject(tooMany);
    await expect(edits?.make("a", spare)).rejects.toMatchObject(tooMany);
    await edits?.make("x", final);
    await edits?.make("y", final);
    await edits?.make("a", final);
    await edits?.make("b", final);

    expect(shown).toEqual(["x", "y", "a", "b"]);
  });

  it("are promised by all processes together, and no more than Slack takes", async () => {
    const { shown, all } = processes(2);
    const [one, other] = all;

    await one?.promise("a");
    await other?.promise("b");
    await expect(one?.promise("c")).rejects.toMatchObject(tooMany);
    await expect(other?.promise("d")).rejects.toMatchObject(tooMany);
    await one?.make("a", final);
    await other?.make("b", final);

    expect(shown).toEqual(["a", "b"]);
  });

  it("can be promised to others when a growing message is gone, or nobody finished it for long", async () => {
    const { clock, all } = processes(1, true);
    const [edits] = all;
    await edits?.promise("a");
    await edits?.promise("b");

    edits?.release("a");
    await edits?.promise("c");
    await expect(edits?.promise("d")).rejects.toMatchObject(tooMany);
    clock.advance(10 * 60_000);

    await expect(edits?.promise("d")).resolves.toBeUndefined();
  });

  it.each([
    ["rate_limited"],
    ["delivery_rejected"],
    ["delivery_uncertain"],
    ["lease_lost"],
  ] as const)(
    "that were promised are so still after %s: the next try does not wait",
    async (code) => {
      const { shown, failures, all } = processes(1, true);
      const [edits] = all;
      await edits?.promise("a");
      failures.push(new FrontdeskError(code, "not now"));

      await expect(edits?.make("a", final)).rejects.toMatchObject({ code });
      await edits?.make("x", final);
      await edits?.make("y", final);
      if (code === "rate_limited") await edits?.make("z", final);
      await expect(edits?.make("w", final)).rejects.toMatchObject(tooMany);
      await edits?.make("a", final);

      expect(shown.at(-1)).toBe("a");
    },
  );

  it("that were never made leave room for others; those that may have been made do not", async () => {
    const { shown, failures, all } = processes(1, true);
    const [edits] = all;
    failures.push(
      ...Array.from({ length: 9 }, () => new FrontdeskError("rate_limited", "not now")),
      new FrontdeskError("delivery_uncertain", "no answer"),
    );

    for (let one = 0; one < 9; one += 1) {
      await expect(edits?.make("a", final)).rejects.toMatchObject({ message: "not now" });
    }
    await expect(edits?.make("b", final)).rejects.toMatchObject({ message: "no answer" });
    for (const name of ["c", "d", "e"]) await edits?.make(name, final);
    await expect(edits?.make("f", final)).rejects.toMatchObject(tooMany);

    expect(shown).toEqual(["c", "d", "e"]);
  });

  it("are released by the message as well", async () => {
    const { all } = processes(1, true);
    const [edits] = all;
    await edits?.promise("a");
    await edits?.promise("b");
    edits?.stands("a", "C1/1.0");

    edits?.releaseAt("C1/1.0");

    await edits?.promise("c");
    await expect(edits?.promise("d")).rejects.toMatchObject(tooMany);
  });
});
