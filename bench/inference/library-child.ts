import { argv } from "node:process";
import {
  getLlama,
  LlamaChatSession,
  type LlamaContextSequence,
  LlamaLogLevel,
  resolveChatWrapper,
} from "node-llama-cpp";
import { z } from "zod";

// node-llama-cpp as its documentation uses it, in a process of its own: `default` or `raw` (see engines.ts).
const [path = "", mode = "", sequences = "", contextSize = ""] = argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  maxThreads: 1,
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({
  sequences: Number(sequences),
  contextSize: Number(contextSize),
  threads: 1,
});
const taken = Array.from({ length: Number(sequences) }, () => context.getSequence());
// Resolved once: a session that does it by itself takes 200 to 400 ms of CPU, which is not what is measured here.
const chatWrapper = resolveChatWrapper(model);
// As many digits as the questions of the other engines.
let asked = 1_000;

async function chat(contextSequence: LlamaContextSequence, maxTokens: number): Promise<number> {
  const session = new LlamaChatSession({
    contextSequence,
    ...(chatWrapper === null ? {} : { chatWrapper }),
  });
  let count = 0;
  asked += 1;
  await session.prompt(`Tell me about number ${asked}.`, {
    maxTokens,
    temperature: 0,
    onToken: (chunk) => {
      count += chunk.length;
    },
  });
  session.dispose({ disposeSequence: false });
  return count;
}

async function evaluate(sequence: LlamaContextSequence, maxTokens: number): Promise<number> {
  await sequence.clearHistory();
  asked += 1;
  const prompt = model.tokenize(`Tell me about number ${asked}.\n`);
  const steps = sequence.evaluate(prompt, { temperature: 0 });
  let count = 0;
  for (; count < maxTokens; count += 1) if ((await steps.next()).done === true) break;
  await steps.return();
  return count;
}

const order = z.object({ conversations: z.number(), tokens: z.number() });

async function work(raw: unknown): Promise<void> {
  const { conversations, tokens } = order.parse(raw);
  const startedAt = performance.now();
  const run = mode === "raw" ? evaluate : chat;
  const counts = await Promise.all(
    taken.slice(0, conversations).map((sequence) => run(sequence, tokens)),
  );
  process.send?.({
    tokens: counts.reduce((sum, count) => sum + count, 0),
    wallMs: performance.now() - startedAt,
  });
}

process.on("message", (raw) => void work(raw));
process.send?.({ ready: true });
