import { describe, expect, it } from "vitest";
import {
  type Admission,
  type AdmissionOptions,
  createAdmission,
} from "../../../models/local/admission.ts";
import { manualTimers } from "./manual-timers.ts";

interface Visitor {
  readonly places: (readonly [place: number, etaMs: number | null])[];
  readonly lease: ReturnType<Admission["enter"]>;
}

function open(
  changes: Partial<AdmissionOptions> = {},
): Admission & { readonly timers: ReturnType<typeof manualTimers> } {
  const timers = manualTimers();
  const admission = createAdmission({
    slots: 1,
    maxQueued: 8,
    maxWaitMs: null,
    timers,
    expectMs: () => null,
    ...changes,
  });
  return { ...admission, timers };
}

function visit(
  admission: Admission,
  userKey: string,
  options: {
    readonly signal?: AbortSignal;
    readonly conversationKey?: string;
    readonly maxTokens?: number;
  } = {},
): Visitor {
  const places: (readonly [number, number | null])[] = [];
  const lease = admission.enter({
    userKey,
    conversationKey: options.conversationKey ?? `${userKey}-talk`,
    priority: "interactive",
    promptChars: 100,
    maxTokens: options.maxTokens ?? 1_000,
    signal: options.signal ?? new AbortController().signal,
    onQueued: (place, etaMs) => places.push([place, etaMs]),
  });
  lease.catch(() => {});
  return { places, lease };
}

describe("admission", () => {
  it("lets as many through as there are slots", async () => {
    const admission = open({ slots: 2 });

    await Promise.all([visit(admission, "ann").lease, visit(admission, "bob").lease]);
    const third = visit(admission, "cid");

    expect(admission.depth()).toBe(1);
    expect(third.places).toEqual([[1, null]]);
  });

  it("tells a new place when somebody before is served", async () => {
    const admission = open();
    const first = await visit(admission, "ann").lease;
    visit(admission, "bob");
    const last = visit(admission, "cid");

    first.release();

    expect(last.places.map(([place]) => place)).toEqual([2, 1]);
  });

  it("estimates the wait from what runs and from who is before", async () => {
    const admission = open({ slots: 2, expectMs: ({ maxTokens }) => maxTokens });
    await visit(admission, "ann", { maxTokens: 4_000 }).lease;
    await visit(admission, "bob", { maxTokens: 9_000 }).lease;
    admission.timers.advance(1_000);

    const next = visit(admission, "cid", { maxTokens: 2_000 });
    const last = visit(admission, "dan");

    expect(next.places).toEqual([[1, 3_000]]);
    expect(last.places).toEqual([[2, 5_000]]);
  });

  it("tells no time while nobody knows how long one of those before will take", async () => {
    const admission = open({ expectMs: ({ maxTokens }) => (maxTokens === 1 ? null : maxTokens) });
    await visit(admission, "ann").lease;
    const next = visit(admission, "bob", { maxTokens: 1 });
    const last = visit(admission, "cid");

    expect(next.places).toEqual([[1, 1_000]]);
    expect(last.places).toEqual([[2, null]]);
  });

  it("tells anew how long it will take while somebody waits, and nothing when nobody does", async () => {
    const admission = open({ expectMs: ({ maxTokens }) => maxTokens });
    const running = await visit(admission, "ann", { maxTokens: 20_000 }).lease;
    const waiting = visit(admission, "bob");

    admission.timers.advance(11_000);

    expect(waiting.places).toEqual([
      [1, 20_000],
      [1, 15_000],
      [1, 10_000],
    ]);
    running.release();
    await waiting.lease;
    expect(admission.timers.pending()).toBe(0);
  });

  it("answers one request of a conversation at a time", async () => {
    const admission = open({ slots: 2 });
    const first = await visit(admission, "ann", { conversationKey: "talk" }).lease;
    const second = visit(admission, "bob", { conversationKey: "talk" });
    expect(admission.depth()).toBe(1);

    first.release();

    await expect(second.lease).resolves.toBeDefined();
  });

  it("refuses more than may wait", async () => {
    const admission = open({ maxQueued: 1 });
    await visit(admission, "ann").lease;
    visit(admission, "bob");

    const refused = visit(admission, "cid").lease;

    await expect(refused).rejects.toMatchObject({ code: "model_busy", retryable: true });
  });

  it("refuses at once whoever would have to wait too long, and nobody else", async () => {
    const admission = open({ maxWaitMs: 1_500, expectMs: ({ maxTokens }) => maxTokens });
    await visit(admission, "ann").lease;
    const patient = visit(admission, "bob");

    const refused = visit(admission, "cid");

    await expect(refused.lease).rejects.toMatchObject({ code: "model_busy", retryable: true });
    expect(refused.places).toEqual([]);
    expect(patient.places).toEqual([[1, 1_000]]);
    expect(admission.depth()).toBe(1);
  });

  it("refuses whoever has waited too long, and moves the others on", async () => {
    const admission = open({ maxWaitMs: 1_500 });
    await visit(admission, "ann").lease;
    const first = visit(admission, "bob");
    admission.timers.advance(1_000);
    const second = visit(admission, "cid");

    admission.timers.advance(500);

    await expect(first.lease).rejects.toMatchObject({ code: "model_busy", retryable: true });
    expect(second.places.map(([place]) => place)).toEqual([2, 1]);
    expect(admission.depth()).toBe(1);
  });

  it("drops whoever gives up, and moves the others on", async () => {
    const admission = open();
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
