import { describe, expect, it } from "vitest";
import { createLocalEmbedder, type LocalEmbedder, modelFileAt } from "../../../models/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { type FakeEngine, fakeEngines } from "./fake-engine.ts";

const signal = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface World {
  readonly embedder: LocalEmbedder;
  /** The texts of each request so far. */
  requests(): readonly (readonly string[])[];
  /** Runs until the work is done, with vectors of two dimensions. */
  finish<T>(work: Promise<T>): Promise<T>;
}

function world(): World {
  const { spawn, all } = fakeEngines();
  const embedder = createLocalEmbedder({
    model: { ...modelFileAt("/m.gguf"), queryPrefix: "query: ", passagePrefix: "passage: " },
    logger: silentLogger,
    spawn,
  });
  embedder.start();
  const [engine] = all;
  if (engine === undefined) throw new Error("no child was started");
  engine.ready();
  return {
    embedder,
    requests: () => textsOf(engine),
    finish: async (work) => {
      let isDone = false;
      const watched = work.finally(() => {
        isDone = true;
      });
      const answered = new Set<number>();
      while (!isDone) {
        for (const message of engine.sent) {
          if (message.type !== "request" || answered.has(message.id)) continue;
          answered.add(message.id);
          const count = message.request.kind === "embed" ? message.request.texts.length : 0;
          const values = new Float32Array(count * 2).fill(0.5);
          const result = { kind: "vectors", dimensions: 2, values } as const;
          engine.tell({ type: "result", id: message.id, result });
        }
        await settle();
      }
      return await watched;
    },
  };
}

function textsOf(engine: FakeEngine): readonly (readonly string[])[] {
  return engine.sent.flatMap((message) =>
    message.type === "request" && message.request.kind === "embed" ? [message.request.texts] : [],
  );
}

describe("local embedder", () => {
  it("asks the model once for a query that comes again", async () => {
    const { embedder, finish, requests } = world();

    await finish(embedder.embed(["a", "b", "a"], { purpose: "query", signal }));
    await finish(embedder.embed(["b"], { purpose: "query", signal }));

    expect(requests()).toEqual([["query: a", "query: b"]]);
  });

  it("puts the model's own prefixes before the texts", async () => {
    const { embedder, finish, requests } = world();

    await finish(embedder.embed(["a"], { purpose: "passage", signal }));

    expect(requests()).toEqual([["passage: a"]]);
  });

  it("sends many passages in parts", async () => {
    const { embedder, finish, requests } = world();
    const texts = Array.from({ length: 70 }, (_, index) => String(index));

    const vectors = await finish(embedder.embed(texts, { purpose: "passage", signal }));

    expect(vectors).toHaveLength(70);
    expect(requests().map((part) => part.length)).toEqual([32, 32, 6]);
  });

  it("is named by the model and the start of its hash", async () => {
    const { embedder } = world();

    expect(await embedder.identity({ signal })).toEqual({ model: "m@abababababab", dimensions: 2 });
  });
});
