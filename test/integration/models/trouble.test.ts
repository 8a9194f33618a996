import { execFileSync, fork } from "node:child_process";
import { copyFileSync, renameSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSha256 } from "../../../models/file/file-hash.ts";
import { createLocalEmbedder, createLocalReranker, modelFileAt } from "../../../models/index.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import {
  makeScriptedModel,
  makeTinyEmbedder,
  makeTinyReranker,
} from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const endless = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
const signal = new AbortController().signal;
const resources = { logger: silentLogger, threads: 1, gpu: "off" } as const;

function signalChild(pid: number | null, name: NodeJS.Signals): void {
  if (pid === null) throw new Error("there is no child");
  process.kill(pid, name);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What became of a question: an answer, or the code of a clear failure. */
async function outcome(
  chat: ReturnType<typeof localChat>,
  about: ReturnType<typeof request> = request("hello", { maxTokens: 5 }),
): Promise<string> {
  return await ask(chat, about).then(
    ({ text }) => (text === "" ? "silence" : "answer"),
    (error: unknown) => (isFrontdeskError(error) ? error.code : "defect"),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("process of a chat model", () => {
  const chat = localChat(endless, {
    limits: {
      restartMinMs: 20,
      heartbeatIntervalMs: 100,
      // What stands still is found by that, not by its silence.
      heartbeatTimeoutMs: 600_000,
      restartPatienceMs: 50_000,
    },
  });

  it("is started again after kill -9 in the middle of an answer", async () => {
    const answer = chat.generate(request("go on", { maxTokens: 5_000 }), { signal });
    const reading = (async () => {
      for await (const event of answer) {
        if (event.type === "text") signalChild(chat.pid(), "SIGKILL");
      }
    })();

    await expect(reading).rejects.toMatchObject({ code: "model_crashed", retryable: true });
    const next = await ask(chat, request("and now?", { maxTokens: 5 }));

    expect(next.text).not.toBe("");
    expect(chat.deaths()).toBe(1);
  });

  it("is killed and replaced when it stands still", async () => {
    const before = chat.pid();

    signalChild(before, "SIGSTOP");
    const next = await ask(chat, request("are you there?", { maxTokens: 5 }));

    expect(next.text).not.toBe("");
    expect(chat.pid()).not.toBe(before);
  });

  it("dies alone when it gets no more memory while it works, and answers again", async () => {
    const before = chat.deaths();
    const outcomes: string[] = [];

    execFileSync("prlimit", ["--pid", String(chat.pid()), "--as=1"]);
    for (let turn = 0; chat.deaths() === before; turn += 1) {
      outcomes.push(await outcome(chat, request(`go on, ${turn}`, { maxTokens: 1_500 })));
    }

    expect(new Set(["answer", "model_crashed", ...outcomes]).size).toBe(2);
    expect(await outcome(chat, request("and now?", { maxTokens: 5 }))).toBe("answer");
  });

  it("lets a running answer come to its end before it ends itself", async () => {
    const pid = chat.pid() ?? 0;
    const answer = ask(chat, request("go on", { maxTokens: 100, maxThoughtTokens: 0 }));
    await new Promise((resolve) => setTimeout(resolve, 20));

    await chat.close();

    expect((await answer).done.stopReason).toBe("length");
    expect(isAlive(pid)).toBe(false);
    expect(chat.status().state).toBe("unavailable");
  });
});

describe("process of an embedder", () => {
  const embedder = createLocalEmbedder({
    ...resources,
    model: modelFileAt(makeTinyEmbedder(folder)),
    limits: { restartMinMs: 20, startPatienceMs: 110_000, restartPatienceMs: 50_000 },
  });
  beforeAll(() => embedder.ready({ signal }));
  afterAll(() => embedder.close());

  it("loses no work when it dies: what was sent is done by the next one", async () => {
    const texts = Array.from({ length: 400 }, (_, index) => `a passage with the number ${index}`);

    const working = embedder.embed(texts, { purpose: "passage", signal });
    signalChild(embedder.pid(), "SIGKILL");

    expect(await working).toHaveLength(400);
    expect(embedder.deaths()).toBe(1);
  });

  it("answers a query while many passages wait", async () => {
    const order: string[] = [];
    const texts = Array.from({ length: 300 }, (_, index) => `another passage, number ${index}`);
    const passages = embedder
      .embed(texts, { purpose: "passage", signal })
      .then(() => order.push("passages"));

    await embedder.embed(["when is it open?"], { purpose: "query", signal });
    order.push("query");
    await passages;

    expect(order).toEqual(["query", "passages"]);
  });
});

describe("reranker", () => {
  const reranker = createLocalReranker({
    ...resources,
    model: modelFileAt(makeTinyReranker(folder)),
    limits: { startPatienceMs: 110_000 },
  });
  beforeAll(() => reranker.ready({ signal }));
  afterAll(() => reranker.close());

  it("gives one number for each passage, the same for the same passage, however long", async () => {
    const long = "many words about opening hours ".repeat(500);

    const scores = await reranker.rerank("opening hours", ["nine to five", long, "nine to five"], {
      signal,
    });

    expect(scores).toHaveLength(3);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores[0]).toBe(scores[2]);
    expect(await reranker.rerank("q", [], { signal })).toEqual([]);
  });
});

describe("model file that cannot be used", () => {
  it("leaves the model unavailable with the reason, and is taken once it is whole", async () => {
    const path = join(folder, "spoiled.gguf");
    const chat = localChat(path, { limits: { breakerCooldownMs: 300 } }, "not-started");
    copyFileSync(endless, path);
    truncateSync(path, 100_000);
    await expect(ask(chat, request("hello"))).rejects.toMatchObject({ code: "model_unavailable" });
    expect(chat.status().state).toBe("unavailable");
    expect(chat.status().reason).toContain("cut off");

    copyFileSync(endless, `${path}.new`);
    renameSync(`${path}.new`, path);
    await until(() => chat.status().state === "ready");

    expect((await ask(chat, request("hello", { maxTokens: 5 }))).text).not.toBe("");
  });
});

describe("model file that changes under a running engine", () => {
  const limits = { restartMinMs: 20, breakerCooldownMs: 300, restartPatienceMs: 50_000 };

  it("is not noticed when another one takes its place, until the next start", async () => {
    const path = join(folder, "replaced.gguf");
    copyFileSync(endless, path);
    const chat = localChat(path, { limits }, "not-started");
    expect(await outcome(chat)).toBe("answer");

    copyFileSync(makeScriptedModel(folder, { script: "another one" }), `${path}.new`);
    renameSync(`${path}.new`, path);

    expect(await outcome(chat)).toBe("answer");
    expect(chat.deaths()).toBe(0);
  });

  it("is refused at the next start when its hash is known and differs", async () => {
    const path = join(folder, "pinned.gguf");
    copyFileSync(endless, path);
    const sha256 = await fileSha256(path);
    const chat = localChat(
      path,
      { limits, model: { ...modelFileAt(path), sha256 } },
      "not-started",
    );
    expect(await outcome(chat)).toBe("answer");
    copyFileSync(makeScriptedModel(folder, { script: "another one" }), `${path}.new`);
    renameSync(`${path}.new`, path);

    signalChild(chat.pid(), "SIGKILL");
    await until(() => chat.status().reason?.includes("sha256") === true);

    expect(await outcome(chat)).toBe("model_unavailable");
  });

  it("ends in an answer or a clear error when it is cut off in place, and answers once it is whole", async () => {
    const path = join(folder, "cut.gguf");
    copyFileSync(endless, path);
    const chat = localChat(path, { limits }, "not-started");
    expect(await outcome(chat)).toBe("answer");

    truncateSync(path, 1_000);
    expect(["answer", "model_crashed", "model_unavailable"]).toContain(await outcome(chat));

    copyFileSync(endless, path);
    await until(() => chat.status().state === "ready");
    expect(await outcome(chat)).toBe("answer");
  });
});

describe("end of a process", () => {
  it("comes by itself when the parent is gone", async () => {
    const parent = fork(fileURLToPath(new URL("./parent.ts", import.meta.url)), [endless], {
      execArgv: ["--import", "tsx"],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.on("message", (message) => resolve(Number(message)));
    });
    expect(isAlive(pid)).toBe(true);

    parent.kill("SIGKILL");
    await until(() => !isAlive(pid));

    expect(isAlive(pid)).toBe(false);
  });
});
