import { describe, expect, it } from "vitest";
import {
  createEngineHost,
  type EngineHost,
  type EngineRole,
} from "../../../models/engine/engine-host.ts";
import type { EngineResult, FromChild, LoadOptions } from "../../../models/engine/protocol.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { FAKE_INFO, FAKE_STATS } from "./fake-engine.ts";

const LOAD: LoadOptions = {
  role: "embed",
  modelPath: "/m.gguf",
  sha256: null,
  contextSize: null,
  threads: 1,
  gpu: "off",
};
const REQUEST = { kind: "embed", texts: ["a"], purpose: "query" } as const;
const RESULT: EngineResult = { kind: "scores", scores: [1] };

interface World {
  readonly host: EngineHost;
  readonly sent: FromChild[];
  readonly exits: number[];
}

function world(handle: EngineRole["handle"], load: () => Promise<void> = async () => {}): World {
  const sent: FromChild[] = [];
  const exits: number[] = [];
  const host = createEngineHost({
    send: (message) => sent.push(message),
    exit: (code) => exits.push(code),
    loadRole: async () => {
      await load();
      return { info: FAKE_INFO, handle, stats: () => FAKE_STATS };
    },
  });
  return { host, sent, exits };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never: EngineRole["handle"] = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });

describe("host in a model's process", () => {
  it("says that it is ready once the model is loaded", async () => {
    const { host, sent } = world(never);

    host.onMessage({ type: "load", options: LOAD });
    await settle();

    expect(sent).toEqual([{ type: "ready", info: FAKE_INFO }]);
  });

  it("says why the model cannot be loaded, and ends", async () => {
    const { host, sent, exits } = world(never, () =>
      Promise.reject(new FrontdeskError("model_invalid", "it is cut off")),
    );

    host.onMessage({ type: "load", options: LOAD });
    await settle();

    const error = { code: "model_invalid", message: "it is cut off", retryable: false };
    expect(sent).toEqual([{ type: "failed", error }]);
    expect(exits).toEqual([1]);
  });

  it("answers a request with beginning, pieces and result", async () => {
    const { host, sent } = world(async (_, call) => {
      call.onStarted();
      call.onEvents([{ type: "text", text: "yes" }]);
      return RESULT;
    });
    host.onMessage({ type: "load", options: LOAD });
    await settle();

    host.onMessage({ type: "request", id: 4, request: REQUEST });
    await settle();

    expect(sent.slice(1).map(({ type }) => type)).toEqual(["started", "events", "result"]);
  });

  it("keeps code and retryability of an error", async () => {
    const { host, sent } = world(() =>
      Promise.reject(new FrontdeskError("model_busy", "later", { retryable: true })),
    );
    host.onMessage({ type: "load", options: LOAD });
    await settle();

    host.onMessage({ type: "request", id: 4, request: REQUEST });
    await settle();

    const error = { code: "model_busy", message: "later", retryable: true };
    expect(sent.at(-1)).toEqual({ type: "error", id: 4, error });
  });

  it("says that a cancelled request was cancelled", async () => {
    const { host, sent } = world(never);
    host.onMessage({ type: "load", options: LOAD });
    await settle();
    host.onMessage({ type: "request", id: 4, request: REQUEST });

    host.onMessage({ type: "cancel", id: 4 });
    await settle();

    expect(sent.at(-1)).toEqual({ type: "cancelled", id: 4 });
  });

  it("ends after running work when it is drained", async () => {
    const { host, exits } = world(never);
    host.onMessage({ type: "load", options: LOAD });
    await settle();
    host.onMessage({ type: "request", id: 4, request: REQUEST });

    host.onMessage({ type: "drain" });
    await settle();
    expect(exits).toEqual([]);
    host.onMessage({ type: "cancel", id: 4 });
    await settle();

    expect(exits).toEqual([0]);
  });

  it.each([
    ["no object", 7],
    ["an unknown type", { type: "explode" }],
    ["a request without text", { type: "request", id: 9, request: { kind: "embed" } }],
  ])("outlives a message that is %s", async (_, message) => {
    const { host, sent, exits } = world(never);

    host.onMessage(message);
    await settle();

    expect(exits).toEqual([]);
    expect(["error", "log"]).toContain(sent.at(-1)?.type);
  });
});
