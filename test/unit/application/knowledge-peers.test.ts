import { describe, expect, it, onTestFinished } from "vitest";
import { createKnowledgePeers, type KnowledgePeers } from "../../../src/application/index.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import type { KnowledgeStatus } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

function statusOf(documents: number): KnowledgeStatus {
  const vectors = { state: "off", embedded: 0, model: null, reason: null } as const;
  return { documents, chunks: documents * 7, vectors };
}

/** Workers on one Redis. */
function installation() {
  const clock = createFakeClock();
  const memory: KeyedMemory = createSqliteKeyedMemory({ file: ":memory:", clock });
  const worker = (dataDir: string, documents: () => number): KnowledgePeers => {
    const knowledge = { status: async () => statusOf(documents()) };
    const peers = createKnowledgePeers({ memory, knowledge, dataDir, logger: silentLogger });
    onTestFinished(() => peers.close());
    return peers;
  };
  return { clock, worker };
}

describe("workers that share one Redis", () => {
  it("find out that one of them answers from other documents, and say what to do", async () => {
    const { worker } = installation();
    let documents = 3;
    const a = worker("/data/a", () => documents);
    const b = worker("/data/b", () => 5);

    const alone = await a.check();
    const differing = await b.check();
    documents = 5;
    await a.check();
    const same = await b.check();

    expect(alone).toMatchObject({ name: "Workers", state: "ok" });
    expect(differing.state).toBe("degraded");
    expect(differing.detail).toMatch(/from 3 documents, this one from 5: .*KNOWLEDGE_URL/u);
    expect(same).toMatchObject({ state: "ok", detail: "2 answer from the same documents" });
  });

  it("forget one that has ended, and one that died", async () => {
    const { clock, worker } = installation();
    const here = worker("/data/a", () => 3);
    const ended = worker("/data/b", () => 5);
    await ended.check();
    await ended.close();
    const afterEnd = await here.check();
    await worker("/data/c", () => 9).check();
    const whileThere = await here.check();
    clock.advance(10 * 60_000);

    const afterDeath = await here.check();

    expect([afterEnd, whileThere, afterDeath].map(({ state }) => state)).toEqual([
      "ok",
      "degraded",
      "ok",
    ]);
  });

  it("take one that was restarted for the same", async () => {
    const { worker } = installation();
    await worker("/data/a", () => 3).check();

    expect(await worker("/data/a", () => 4).check()).toMatchObject({ state: "ok" });
  });
});
