import { type ChildProcess, fork } from "node:child_process";
import { z } from "zod";
import { createLocalChatModel, createRemoteChatModel, modelFileAt } from "../../models/index.ts";
import type { ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { cpuMsOf, ownCpuMs, peakBytesOf } from "./cpu-time.ts";
import { startLlamaServer } from "./llama-server.ts";

/** What N conversations at once took. */
export interface Work {
  readonly tokens: number;
  readonly wallMs: number;
  /** Of all processes that took part. */
  readonly cpuMs: number;
  /** Of all questions, those included that were held already; null where it is not told. */
  readonly promptTokens: number | null;
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
const CONTEXT = 2_048;
const signal = new AbortController().signal;

/** The numbers of all questions have as many digits, so that their prompts are equally long. */
let asked = 1_000;
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

async function usageOf(
  model: ChatModel,
  about: ChatRequest,
): Promise<{ readonly promptTokens: number; readonly outputTokens: number }> {
  for await (const event of model.generate(about, { signal })) {
    if (event.type === "done") return event.usage;
  }
  return { promptTokens: 0, outputTokens: 0 };
}

/** The answer has one token: a part of a character, or white space, is only seen at its end. */
async function firstTokenMs(model: ChatModel, about: ChatRequest): Promise<number> {
  const startedAt = performance.now();
  for await (const event of model.generate(about, { signal })) {
    if (event.type !== "queued" && event.type !== "admitted") break;
  }
  return performance.now() - startedAt;
}

function through(
  model: ChatModel,
  pid: () => number,
): Pick<Engine, "run" | "firstToken" | "peakBytes"> {
  return {
    run: async (conversations, tokens) => {
      const [cpuBefore, startedAt] = [cpuMsOf(pid()) + ownCpuMs(), performance.now()];
      const usages = await Promise.all(
        Array.from({ length: conversations }, (_, index) =>
          usageOf(model, request(tokens, `talk ${index}`)),
        ),
      );
      return {
        tokens: usages.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
        promptTokens: usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
        wallMs: performance.now() - startedAt,
        cpuMs: cpuMsOf(pid()) + ownCpuMs() - cpuBefore,
      };
    },
    firstToken: (conversation, system, question) =>
      firstTokenMs(model, {
        ...request(1, conversation),
        messages: [
          { role: "system", text: system },
          { role: "user", text: question },
        ],
      }),
    peakBytes: () => peakBytesOf(pid()),
  };
}

/**
 * Frontdesk as it is: its engine process, its queue, its protocol.
 * @param stateFolder where the states of system prompts are kept; null: nowhere
 */
export async function frontdeskEngine(
  path: string,
  sequences = SEQUENCES,
  stateFolder: string | null = null,
): Promise<Engine> {
  const model = createLocalChatModel({
    model: modelFileAt(path),
    logger: silentLogger,
    sequences,
    contextSize: CONTEXT,
    stateFolder,
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

const done = z.object({ tokens: z.number(), wallMs: z.number() });

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
      const before = cpuMsOf(pid);
      child.send({ conversations, tokens });
      const work = done.parse(await answerOf(child));
      return { ...work, cpuMs: cpuMsOf(pid) - before, promptTokens: null };
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
  const size = ["-np", `${SEQUENCES}`, "-c", `${CONTEXT * SEQUENCES}`, "-b", "512"];
  const server = await startLlamaServer(binary, ["-m", path, "-cb", ...size]);
  const model = createRemoteChatModel({
    baseUrl: server.baseUrl,
    model: "m",
    apiKey: null,
    logger: silentLogger,
  });
  return {
    name: "llama-server",
    ...through(model, () => server.pid),
    close: () => server.close(),
  };
}
