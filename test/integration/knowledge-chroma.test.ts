import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { findChromaBinding } from "../../knowledge/vectors/chroma-binding.ts";
import { startChromaProcess } from "../../knowledge/vectors/chroma-process.ts";
import { createChromaServer } from "../../knowledge/vectors/chroma-server.ts";
import { type Logger, silentLogger } from "../../src/ports/logger.ts";
import { childOfTests } from "../support/compiled-child-entry.ts";
import { createHashEmbedder } from "../support/hash-embedder.ts";
import { type KnowledgeFixture, openKnowledge } from "../support/knowledge-fixture.ts";
import { createMemoryDocuments, type MemoryDocuments } from "../support/memory-documents.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const embedded = { mode: "embedded" } as const;
/** Nothing is compared one by one: what is found by meaning was found in Chroma. */
const onlyChroma = { exactScanLimit: 0 };

function handbook(): MemoryDocuments {
  const documents = createMemoryDocuments();
  documents.put("/kb", "leave.md", "Thirty days of leave.");
  documents.put("/kb", "vpn.md", "Reset the VPN password.");
  return documents;
}

async function becomes(state: string, { knowledge }: KnowledgeFixture): Promise<void> {
  await eventually(
    `vectors ${state}`,
    async () => (await knowledge.status()).vectors.state === state,
    50_000,
  );
}

async function openReady(options: Parameters<typeof openKnowledge>[0] = {}) {
  const fixture = await openKnowledge({
    documents: handbook(),
    embedder: createHashEmbedder(),
    chroma: embedded,
    settings: onlyChroma,
    ...options,
  });
  await fixture.ingest("/kb");
  await becomes("ready", fixture);
  return fixture;
}

function serverPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, "chroma", "frontdesk-server.pid"), "utf8"));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Stops a process, and waits until each of its threads stands still. */
async function freeze(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const tasks = `/proc/${pid}/task`;
  await eventually("the process stands still", () =>
    readdirSync(tasks).every((task) =>
      readFileSync(join(tasks, task, "stat"), "utf8").includes(") T "),
    ),
  );
}

describe("embedded Chroma", () => {
  it("answers by meaning, and ends with the knowledge base", async () => {
    const { ask, knowledge, dataDir } = await openReady();
    const pid = serverPid(dataDir);

    const { degraded, features } = await ask("leave days");
    await knowledge.close();

    expect(degraded).toEqual([]);
    expect(features.topCosine).toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(dataDir, "chroma", "frontdesk-server.pid"))).toBe(false);
  });

  it("that is killed costs no answer and comes back by itself", async () => {
    const fixture = await openReady();
    const pid = serverPid(fixture.dataDir);

    process.kill(pid, "SIGKILL");
    const meanwhile = await fixture.ask("leave days");
    await eventually("another server runs", () => serverPid(fixture.dataDir) !== pid, 50_000);
    await becomes("ready", fixture);
    const after = await fixture.ask("leave days");

    expect(meanwhile.passages[0]?.text).toBe("Thirty days of leave.");
    expect(after.degraded).toEqual([]);
    expect(serverPid(fixture.dataDir)).not.toBe(pid);
  });

  it("that hangs is not waited for, is replaced, and the trouble is said once", async () => {
    const warnings: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (_, message) => void warnings.push(message),
      child: () => logger,
    };
    const fixture = await openReady({ logger });
    const pid = serverPid(fixture.dataDir);

    await freeze(pid);
    const first = await fixture.ask("leave days");
    const second = await fixture.ask("leave days");
    await eventually("another server runs", () => serverPid(fixture.dataDir) !== pid, 50_000);
    await becomes("ready", fixture);

    expect(isAlive(pid)).toBe(false);
    expect(first.passages[0]?.text).toBe("Thirty days of leave.");
    expect(first.degraded).toEqual(["vectors-unavailable"]);
    expect(second.degraded).toEqual(["vectors-unavailable"]);
    expect(second.timings["vectorMs"]).toBeLessThan(first.timings["vectorMs"] ?? 0);
    expect(warnings.toSorted()).toEqual([
      "Chroma did not answer in time or failed; a question went on without it",
      "Chroma is down; search goes on without it",
    ]);
  });

  it("is filled anew from SQLite when its folder is gone", async () => {
    const first = await openReady();
    await first.knowledge.close();
    rmSync(join(first.dataDir, "chroma"), { recursive: true });
    const embedder = createHashEmbedder();

    const second = await openReady({ dataDir: first.dataDir, embedder });

    expect((await second.ask("leave days")).degraded).toEqual([]);
    expect(embedder.embedded()).toBe(0);
    expect((await second.knowledge.status()).vectors.reason).toBe(
      "Chroma held other passages than knowledge.db and was filled anew.",
    );
  });

  it("does not give back what was removed while it was down", async () => {
    const documents = handbook();
    const first = await openReady({ documents });
    await first.knowledge.close();
    const without = await openKnowledge({ dataDir: first.dataDir, documents });
    documents.drop("/kb", "vpn.md");
    await without.ingest("/kb");
    await without.knowledge.close();

    const again = await openReady({ dataDir: first.dataDir, documents });

    expect(await again.find("VPN password leave")).toEqual(["Thirty days of leave."]);
    expect((await again.knowledge.status()).vectors.embedded).toBe(1);
  });

  it("keeps two models apart", async () => {
    const first = await openReady();
    await first.knowledge.close();

    const second = await openReady({
      dataDir: first.dataDir,
      embedder: createHashEmbedder({ model: "other@1", dimensions: 32 }),
    });

    expect((await second.ask("leave days")).degraded).toEqual([]);
  });
});

describe("a process that is killed", () => {
  async function start(dataDir: string, batchMs: number): Promise<Spawned> {
    const child = spawn(
      process.execPath,
      [childOfTests("knowledge-child"), dataDir, String(batchMs)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const said: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
    return { child, said };
  }
  interface Spawned {
    readonly child: ChildProcess;
    readonly said: readonly string[];
  }

  it("takes Chroma with it", async () => {
    const dataDir = temporaryFolder();
    const { child, said } = await start(dataDir, 0);
    await eventually("it is warm", () => said.includes("warm"), 50_000);
    const pid = serverPid(dataDir);

    child.kill("SIGKILL");

    await eventually("Chroma ends", () => !isAlive(pid));
  });

  it("in the middle of the embedding loses nothing: the next one goes on", async () => {
    const dataDir = temporaryFolder();
    const { child, said } = await start(dataDir, 40);
    const embeddings = () => said.filter((line) => line === "embedded").length;
    await eventually("some vectors are there", () => embeddings() >= 3, 50_000);
    child.kill("SIGKILL");
    await once(child, "exit");
    const embedder = createHashEmbedder();

    const fixture = await openKnowledge({
      dataDir,
      embedder,
      chroma: embedded,
      settings: onlyChroma,
    });
    await eventually("all vectors are there", async () => {
      return (await fixture.knowledge.status()).vectors.embedded === 200;
    });
    await becomes("ready", fixture);

    expect(embedder.embedded()).toBeGreaterThan(0);
    expect(embedder.embedded()).toBeLessThan(200);
    expect((await fixture.ask("Rule 7 about leave")).degraded).toEqual([]);
  });
});

describe("remote Chroma", () => {
  it("is looked for until it answers", async () => {
    const binding = findChromaBinding();
    if ("reason" in binding) throw new Error(binding.reason);
    const server = await startChromaProcess({
      binding,
      folder: temporaryFolder(),
      readyTimeoutMs: 20_000,
      signal: new AbortController().signal,
    });
    onTestFinished(() => server.stop());
    const url = `http://127.0.0.1:${server.address.port}`;

    const fixture = await openReady({ chroma: { mode: "remote", url } });

    expect((await fixture.ask("leave days")).degraded).toEqual([]);
    await server.stop();
    const without = await fixture.ask("leave days");
    expect(without.passages[0]?.text).toBe("Thirty days of leave.");
    expect(without.degraded).toEqual(["vectors-unavailable"]);
    await becomes("unavailable", fixture);
    expect((await fixture.knowledge.status()).vectors.reason).toContain(url);
  });
});

describe("a machine without the native server", () => {
  it("is told once, with what to do", async () => {
    const warnings: object[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (fields) => void warnings.push(fields),
      child: () => logger,
    };
    const reason = "The package is missing. Run npm install again.";
    const server = createChromaServer({
      folder: temporaryFolder(),
      logger,
      onChange: () => {},
      findBinding: () => ({ reason }),
    });
    onTestFinished(() => server.close());

    await server.settled();

    expect(server.state()).toEqual({ kind: "down", reason });
    expect(warnings).toEqual([{ reason }]);
  });
});
