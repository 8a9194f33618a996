import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ConsoleDesk, createConsoleDesk } from "../../../adapters/console/index.ts";
import { caseId, effectKey } from "../../../src/core/index.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const id = caseId("case-1");
const signal = new AbortController().signal;

function openDesk(file = join(temporaryFolder(), "desk.db")): ConsoleDesk {
  const desk = createConsoleDesk({ file });
  onTestFinished(() => desk.close());
  return desk;
}

function key(text: string) {
  return { key: effectKey(text), signal };
}

const customerWrote = {
  type: "entry",
  caseId: id,
  entry: { kind: "customer", name: "Ann", text: "Hello? 你好", at: 7 },
} as const;

describe("the console desk", () => {
  it("shows a case with its packet, its lines and its state", async () => {
    const file = join(temporaryFolder(), "desk.db");
    const desk = openDesk(file);

    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    await desk.publish(customerWrote, key("2"));
    await desk.publish(
      { type: "state", caseId: id, state: "claimed", agent: "Zoë", at: 8 },
      key("3"),
    );
    await desk.close();

    const expected = {
      ...aCase(),
      state: "claimed",
      agent: "Zoë",
      entries: [customerWrote.entry],
    };
    expect(await openDesk(file).get(id)).toEqual(expected);
  });

  it("shows a change once per key", async () => {
    const desk = openDesk();
    const told: string[] = [];
    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    desk.watch((changed) => told.push(changed));

    await desk.publish(customerWrote, key("2"));
    await desk.publish(customerWrote, key("2"));

    expect((await desk.get(id))?.entries).toHaveLength(1);
    expect(told).toEqual([id]);
  });

  it("lists waiting cases first, the oldest first, and resolved ones only on demand", async () => {
    const desk = openDesk();
    const cases = [
      { id: "resolved", state: "resolved", openedAt: 1 },
      { id: "claimed", state: "claimed", openedAt: 2 },
      { id: "young", state: "waiting", openedAt: 9 },
      { id: "old", state: "waiting", openedAt: 3 },
    ] as const;
    for (const one of cases) {
      await desk.publish(
        { type: "opened", record: aCase({ ...one, id: caseId(one.id) }) },
        key(one.id),
      );
    }

    const open = await desk.list({ includeResolved: false });
    const all = await desk.list({ includeResolved: true });

    expect(open.map((record) => record.id)).toEqual(["old", "young", "claimed"]);
    expect(all.map((record) => record.id)).toEqual(["old", "young", "claimed", "resolved"]);
  });

  it("opens a case anew with what is known now and keeps its lines", async () => {
    const desk = openDesk();
    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    await desk.publish(customerWrote, key("2"));
    await desk.publish(
      { type: "state", caseId: id, state: "resolved", agent: null, at: 8 },
      key("3"),
    );

    const packet = aPacket({ summary: "Ann is back." });
    await desk.publish({ type: "opened", record: aCase({ packet }) }, key("4"));

    expect(await desk.get(id)).toMatchObject({
      state: "waiting",
      packet: { summary: "Ann is back." },
      entries: [customerWrote.entry],
    });
  });

  it("takes a change of an unknown case neither now nor later for done", async () => {
    const desk = openDesk();

    await expect(desk.publish(customerWrote, key("1"))).rejects.toMatchObject({
      code: "case_not_found",
    });
    await desk.publish({ type: "opened", record: aCase() }, key("2"));
    await desk.publish(customerWrote, key("1"));

    expect((await desk.get(id))?.entries).toEqual([customerWrote.entry]);
  });

  it("knows nothing of a case that was never opened", async () => {
    expect(await openDesk().get(caseId("none"))).toBeNull();
  });

  it("publishes nothing after it was told to stop", async () => {
    const desk = openDesk();
    const reason = new Error("drained");

    await expect(
      desk.publish(
        { type: "opened", record: aCase() },
        { key: effectKey("1"), signal: AbortSignal.abort(reason) },
      ),
    ).rejects.toBe(reason);
    expect(await desk.list({ includeResolved: true })).toEqual([]);
  });
});
