import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caseId, effectKey } from "../../src/core/index.ts";
import type { DeskEraser, DeskView, HumanDesk } from "../../src/ports/desk.ts";
import { aCase, aPacket } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";

/** An empty desk, and further handles on it: another process, or the same one later. */
export interface DeskFixture {
  open(version: number): Promise<HumanDesk & DeskView & DeskEraser>;
  /** Whether handles that are open at the same time hear of one another. */
  readonly isShared: boolean;
  dispose(): Promise<void>;
}

/** Of the program that most tests run; a newer one is one more. */
const VERSION = 1;
const id = caseId("case-1");
const signal = new AbortController().signal;

function key(text: string) {
  return { key: effectKey(text), signal };
}

const customerWrote = {
  type: "entry",
  caseId: id,
  entry: { kind: "customer", name: "Ann", text: "Hello? 你好", at: 7 },
} as const;

const claimed = { type: "state", caseId: id, state: "claimed", agent: "Zoë", at: 8 } as const;

/** The contract of {@link HumanDesk} and {@link DeskView}: run it over every desk that we keep. */
export function describeDesk(name: string, make: () => Promise<DeskFixture>): void {
  describe(`desk: ${name}`, () => {
    let fixture: DeskFixture | null = null;
    const openDesk = (version = VERSION): Promise<HumanDesk & DeskView & DeskEraser> => {
      if (fixture === null) throw new Error("the desk is made before each test");
      return fixture.open(version);
    };

    beforeEach(async () => {
      fixture = await make();
    });

    afterEach(async () => {
      await fixture?.dispose();
    });

    publishingTests(openDesk);
    it("leaves a case that a newer version has written to that, and goes on with the others", async () => {
      const [older, newer] = [await openDesk(), await openDesk(VERSION + 1)];
      await older.publish({ type: "opened", record: aCase() }, key("1"));
      await older.publish({ type: "opened", record: aCase({ id: caseId("case-2") }) }, key("2"));
      await newer.publish(customerWrote, key("3"));

      await expect(older.publish(claimed, key("4"))).rejects.toMatchObject({ retryable: true });
      await expect(older.get(id)).rejects.toMatchObject({ code: "unsupported" });
      expect((await older.list({ includeResolved: true })).map((one) => one.id)).toEqual([
        "case-2",
      ]);
      await newer.publish(claimed, key("4"));

      expect(await newer.get(id)).toMatchObject({
        state: "claimed",
        entries: [customerWrote.entry],
      });
      expect(await newer.list({ includeResolved: true })).toHaveLength(2);
    });
    it("tells those who look on in another process, if there can be one", async () => {
      if (fixture?.isShared !== true) {
        expect(fixture?.isShared).toBe(false);
        return;
      }
      const [here, there] = [await openDesk(), await openDesk()];
      const told: string[] = [];
      here.watch((changed) => told.push(changed));

      await eventually("the word of a change", async () => {
        await there.publish(
          { type: "opened", record: aCase() },
          key(`${told.length}:${Math.random()}`),
        );
        return told.includes(id);
      });

      expect(await here.get(id)).not.toBeNull();
    });
  });
}

function publishingTests(openDesk: () => Promise<HumanDesk & DeskView & DeskEraser>): void {
  it("forgets a case with its lines, tells of it, and leaves the others", async () => {
    const desk = await openDesk();
    const told: string[] = [];
    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    await desk.publish(customerWrote, key("2"));
    await desk.publish({ type: "opened", record: aCase({ id: caseId("case-2") }) }, key("3"));
    desk.watch((changed) => told.push(changed));

    expect([await desk.forget(id), await desk.forget(id)]).toEqual([true, false]);

    const left = await desk.list({ includeResolved: true });
    expect([await desk.get(id), left.map((one) => one.id)]).toEqual([null, ["case-2"]]);
    expect(told).toEqual([id]);
    await desk.publish({ type: "opened", record: aCase() }, key("4"));
    expect((await desk.get(id))?.entries).toEqual([]);
  });

  it("shows a case with its packet, its lines and its state", async () => {
    const desk = await openDesk();

    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    await desk.publish(customerWrote, key("2"));
    await desk.publish(
      { type: "state", caseId: id, state: "claimed", agent: "Zoë", at: 8 },
      key("3"),
    );

    const expected = {
      ...aCase(),
      state: "claimed",
      agent: "Zoë",
      entries: [customerWrote.entry],
    };
    expect(await (await openDesk()).get(id)).toEqual(expected);
  });

  it("shows what became of a line in its place, and takes the words of a deleted one away", async () => {
    const desk = await openDesk();
    const file = {
      name: "a.txt",
      mediaType: null,
      sizeBytes: 3,
      url: "https://f",
      platform: "slack",
    } as const;
    const line = (name: string) => ({ ...customerWrote.entry, line: name, files: [file] });
    const revised = (name: string, text: string, revision: "edited" | "deleted") =>
      ({
        type: "revised",
        caseId: id,
        entry: { kind: "customer", name: "Ann", text, at: 9, line: name, revision },
      }) as const;
    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    await desk.publish({ ...customerWrote, entry: line("m1") }, key("2"));
    await desk.publish({ ...customerWrote, entry: line("m2") }, key("3"));

    await desk.publish(revised("m1", "Hello! 你好", "edited"), key("4"));
    await desk.publish(revised("m2", "", "deleted"), key("5"));
    await desk.publish(revised("m3", "said before", "edited"), key("6"));
    await desk.publish(revised("m4", "", "deleted"), key("7"));

    const { files: _gone, ...bare } = line("m2");
    expect((await desk.get(id))?.entries).toEqual([
      { ...line("m1"), text: "Hello! 你好", revision: "edited" },
      { ...bare, text: "", revision: "deleted" },
      revised("m3", "said before", "edited").entry,
    ]);
  });

  it("holds what a case was opened with as its customer has left it, and adds no line for that", async () => {
    const desk = await openDesk();
    const entry = { kind: "customer", name: "Ann", text: "room 12", at: 9, line: "m0" } as const;
    const packet = { ...aCase().packet, question: null, tried: [], line: "m0" };
    await desk.publish({ type: "opened", record: aCase() }, key("1"));

    const revised = { ...entry, revision: "edited" } as const;
    await desk.publish({ type: "revised", caseId: id, entry: revised, packet }, key("2"));

    const shown = await desk.get(id);
    expect(shown?.packet).toEqual(packet);
    expect(shown?.entries).toEqual([]);
  });

  it("shows a change once per key", async () => {
    const desk = await openDesk();
    const told: string[] = [];
    await desk.publish({ type: "opened", record: aCase() }, key("1"));
    desk.watch((changed) => told.push(changed));

    await desk.publish(customerWrote, key("2"));
    await desk.publish(customerWrote, key("2"));

    expect((await desk.get(id))?.entries).toHaveLength(1);
    expect(told).toEqual([id]);
  });

  it("lists waiting cases first, the oldest first, and resolved ones only on demand", async () => {
    const desk = await openDesk();
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
    const desk = await openDesk();
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
    const desk = await openDesk();

    await expect(desk.publish(customerWrote, key("1"))).rejects.toMatchObject({
      code: "case_not_found",
    });
    await desk.publish({ type: "opened", record: aCase() }, key("2"));
    await desk.publish(customerWrote, key("1"));

    expect((await desk.get(id))?.entries).toEqual([customerWrote.entry]);
  });

  it("knows nothing of a case that was never opened", async () => {
    expect(await (await openDesk()).get(caseId("none"))).toBeNull();
  });

  it("publishes nothing after it was told to stop", async () => {
    const desk = await openDesk();
    const reason = new Error("drained");

    await expect(
      desk.publish(
        { type: "opened", record: aCase() },
        { key: effectKey("1"), signal: AbortSignal.abort(reason) },
      ),
    ).rejects.toBe(reason);
    expect(await desk.list({ includeResolved: true })).toEqual([]);
  });
}
