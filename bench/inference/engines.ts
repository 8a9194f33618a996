import { type ChildProcess, fork, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { z } from "zod";
import {
  createLocalChatModel,
  createRemoteChatModel,
  modelFileAt,
  type RemoteChatModel,
} from "../../models/index.ts";
import type { ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";
import { silentLogger } from "../../src/ports/logger.ts";

/** What N conversations at once took. */
export interface Work {
  readonly tokens: number;
  readonly wallMs: number;
  /** Of all processes that took part. */
  readonly cpuMs: number;
}

/** One way to answer, with one compute thread. */
export interface Engine {
  readonly name: string;
  /** So many conversations, each with a short question of its own and so many tokens of answer. */
  run(conversations: number, tokens: number): Promise<Work>;
  /** To the first token of a prompt; null where that is not measured. */
  firstToken: ((conversation: string, system: string, question: string) => Promise<number>) | null;
  peakBytes(): number;
  close(): Promise<void>;
}

export const SEQUENCES = 8;
export const CONTEXT = 2_048;
const TICK_MS = 10;
const signal = new AbortController().signal;

/** CPU time of a process so far, as the system counts it. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function peakBytesOf(pid: number): number {
  const peak = /VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(peak) * 1_024;
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

let asked = 0;
function request(tokens: number, conversationKey: string): ChatRequest {
  asked += 1;
  return {
    messages: [{ role: "user", text: `Tell me about number ${asked}.` }],
    conversationKey,
    userKey: conversationKey,
    priority: "interactive",
    maxTokens: tokens,
    maxThoughtTokens: 0,
    temperature: 0,
    jsonSchema: null,
  };
}

async function outputTokens(model: ChatModel, about: ChatRequest): Promise<number> {
  for await (const event of model.generate(about, { signal })) {
    if (event.type === "done") return event.usage.outputTokens;
  }
  return 0;
}

async function firstTokenMs(model: ChatModel, about: ChatRequest): Promise<number> {
  const startedAt = performance.now();
  let first: number | null = null;
  for await (const event of model.generate(about, { signal })) {
    if (event.type === "text" || event.type === "thought") first ??= performance.now() - startedAt;
  }
  return first ?? Number.NaN;
}

function through(
  model: ChatModel,
  pid: () => number,
): Pick<Engine, "run" | "firstToken" | "peakBytes"> {
  return {
    run: async (conversations, tokens) => {
      const [cpuBefore, startedAt] = [cpuMsOf(pid()) + ownCpuMs(), performance.now()];
      const counts = await Promise.all(
        Array.from({ length: conversations }, (_, index) =>
          outputTokens(model, request(tokens, `talk ${index}`)),
        ),
      );
      return {
        tokens: counts.reduce((sum, count) => sum + count, 0),
        wallMs: performance.now() - startedAt,
        cpuMs: cpuMsOf(pid()) + ownCpuMs() - cpuBefore,
      };
    },
    firstToken: (conversation, system, question) =>
      firstTokenMs(model, {
        ...request(2, conversation),
        messages: [
          { role: "system", text: system },
          { role: "user", text: question },
        ],
      }),
    peakBytes: () => peakBytesOf(pid()),
  };
}

/** Frontdesk as it is: its engine process, its queue, its protocol. */
export async function frontdeskEngine(path: string, sequences = SEQUENCES): Promise<Engine> {
  const model = createLocalChatModel({
    model: modelFileAt(path),
    logger: silentLogger,
    sequences,
    contextSize: CONTEXT,
    threads: 1,
    gpu: "off",
    limits: { startPatienceMs: 600_000, heartbeatTimeoutMs: 600_000 },
  });
  await model.ready({ signal });
  return {
    name: "frontdesk",
    ...through(model, () => model.pid() ?? 0),
    close: () => model.close(),
  };
}

const done = z.object({ tokens: z.number(), wallMs: z.number(), cpuMs: z.number() });

/**
 * node-llama-cpp in a process of its own: `default` is its chat session with its own batching, `raw` its `evaluate` and
 * nothing else.
 */
export async function libraryEngine(
  path: string,
  mode: "default" | "raw",
  sequences = SEQUENCES,
): Promise<Engine> {
  const child = fork(new URL("./library-child.ts", import.meta.url), [
    path,
    mode,
    `${sequences}`,
    `${CONTEXT}`,
  ]);
  const pid = child.pid ?? 0;
  await answerOf(child);
  return {
    name: mode === "default" ? "node-llama-cpp" : "node-llama-cpp evaluate",
    run: async (conversations, tokens) => {
      child.send({ conversations, tokens });
      return done.parse(await answerOf(child));
    },
    firstToken: null,
    peakBytes: () => peakBytesOf(pid),
    close: async () => {
      child.kill();
    },
  };
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`the library's process exited with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message);
    });
  });
}

/** llama-server, built as bench/inference/build-llama-server.sh does. */
export async function serverEngine(path: string, binary: string): Promise<Engine> {
  const port = await freePort();
  const child = spawn(
    binary,
    [
      ...["-m", path, "--host", "127.0.0.1", "--port", `${port}`, "-np", `${SEQUENCES}`],
      ...["-c", `${CONTEXT * SEQUENCES}`, "-t", "1", "-tb", "1", "-cb", "-ngl", "0", "-b", "512"],
    ],
    { stdio: "ignore" },
  );
  const model = createRemoteChatModel({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: "m",
    apiKey: null,
    logger: silentLogger,
  });
  await untilReady(model);
  return {
    name: "llama-server",
    ...through(model, () => child.pid ?? 0),
    close: async () => {
      child.kill();
    },
  };
}

async function untilReady(model: RemoteChatModel): Promise<void> {
  while ((await model.probe({ signal })).state !== "ready") {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
