import { describe, expect, it } from "vitest";
import { type Admission, createAdmission } from "../../../models/local/admission.ts";

interface Visitor {
  readonly places: (readonly [place: number, etaMs: number | null])[];
  readonly lease: ReturnType<Admission["enter"]>;
}

function visit(
  admission: Admission,
  userKey: string,
  options: { readonly signal?: AbortSignal; readonly conversationKey?: string } = {},
): Visitor {
  const places: (readonly [number, number | null])[] = [];
  const lease = admission.enter({
    userKey,
    conversationKey: options.conversationKey ?? `${userKey}-talk`,
    priority: "interactive",
    signal: options.signal ?? new AbortController().signal,
    onQueued: (place, etaMs) => places.push([place, etaMs]),
  });
  lease.catch(() => {});
  return { places, lease };
}

describe("admission", () => {
  it("lets as many through as there are slots", async () => {
    const admission = createAdmission({ slots: 2, maxQueued: 8, now: () => 0 });

    await Promise.all([visit(admission, "ann").lease, visit(admission, "bob").lease]);
    const third = visit(admission, "cid");

    expect(admission.depth()).toBe(1);
    expect(third.places).toEqual([[1, null]]);
  });

  it("tells a new place when somebody before is served", async () => {
    const admission = createAdmission({ slots: 1, maxQueued: 8, now: () => 0 });
    const first = await visit(admission, "ann").lease;
    visit(admission, "bob");
    const last = visit(admission, "cid");

    first.release();

    expect(last.places.map(([place]) => place)).toEqual([2, 1]);
  });

  it("estimates the wait from what answers took", async () => {
    let now = 0;
    const admission = createAdmission({ slots: 1, maxQueued: 8, now: () => now });
    const first = await visit(admission, "ann").lease;
    now = 4_000;
    first.release();
    await visit(admission, "ann").lease;

    const waiting = visit(admission, "bob");

    expect(waiting.places).toEqual([[1, 4_000]]);
  });

  it("answers one request of a conversation at a time", async () => {
    const admission = createAdmission({ slots: 2, maxQueued: 8, now: () => 0 });
    const first = await visit(admission, "ann", { conversationKey: "talk" }).lease;
    const second = visit(admission, "bob", { conversationKey: "talk" });
    expect(admission.depth()).toBe(1);

    first.release();

    await expect(second.lease).resolves.toBeDefined();
  });

  it("refuses more than may wait", async () => {
    const admission = createAdmission({ slots: 1, maxQueued: 1, now: () => 0 });
    await visit(admission, "ann").lease;
    visit(admission, "bob");

    const refused = visit(admission, "cid").lease;

    await expect(refused).rejects.toMatchObject({ code: "model_busy", retryable: true });
  });

  it("drops whoever gives up, and moves the others on", async () => {
    const admission = createAdmission({ slots: 1, maxQueued: 8, now: () => 0 });
    const controller = new AbortController();
    const reason = new Error("gone");
    await visit(admission, "ann").lease;
    const leaving = visit(admission, "bob", { signal: controller.signal });
    const staying = visit(admission, "cid");

    controller.abort(reason);

    await expect(leaving.lease).rejects.toBe(reason);
    expect(staying.places.map(([place]) => place)).toEqual([2, 1]);
    expect(admission.depth()).toBe(1);
  });
});
