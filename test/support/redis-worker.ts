import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { childEntry } from "../../src/core/index.ts";
import { eventually } from "./runtime-eventually.ts";

/** What a worker process is started with. */
export const workerOrderSchema = z.object({
  url: z.string(),
  keyPrefix: z.string(),
  /** Where the messaging platform lives; its data are apart from the conversations. */
  platformUrl: z.string(),
  owner: z.string(),
  version: z.number().default(1),
  /** An answer waits for the parent's word. */
  holdsAnswers: z.boolean().default(false),
  /** A post arrives, but the worker never hears of it. */
  hangsAfterPost: z.boolean().default(false),
  answerMs: z.number().default(0),
  /** This worker's clock is wrong by so much. */
  clockOffsetMs: z.number().default(0),
  /** The first answer stops the whole process for so long, as a computation without a pause would. */
  blockMs: z.number().default(0),
  /** After an answer it asks so much later whether there is more. */
  followUpMs: z.number().nullable().default(null),
  notesWork: z.boolean().default(false),
  tuning: z.record(z.string(), z.number()).default({}),
});
export type WorkerOrder = z.infer<typeof workerOrderSchema>;

const reportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("began"), channelId: z.string() }),
  z.object({ type: z.literal("aborted"), channelId: z.string() }),
  z.object({ type: z.literal("posted") }),
  z.object({ type: z.literal("leaseLost") }),
]);
/** What a worker process tells. */
export type WorkerReport = z.infer<typeof reportSchema>;

/** A worker in a process of its own: the engine with the small assistant, on Redis. */
export interface RedisWorker {
  readonly owner: string;
  readonly reports: readonly WorkerReport[];
  /** How often it has told this. */
  count(type: WorkerReport["type"]): number;
  /** Lets a held task go on. */
  goOn(): void;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  kill9(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Starts a worker and waits until it claims. */
export async function startRedisWorker(
  order: z.input<typeof workerOrderSchema>,
): Promise<RedisWorker> {
  const { url, execArgv } = childEntry(import.meta.url, "redis-worker-child");
  const child: ChildProcess = fork(fileURLToPath(url), { execArgv: [...execArgv] });
  const reports: WorkerReport[] = [];
  child.on("message", (message) => reports.push(reportSchema.parse(message)));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const count: RedisWorker["count"] = (type) => reports.filter((one) => one.type === type).length;
  child.send(order);
  await eventually(`worker ${order.owner} is ready`, () => count("ready") > 0, 30_000);
  return {
    owner: order.owner,
    reports,
    count,
    goOn: () => void child.send("go on"),
    signal: (signal) => void child.kill(signal),
    kill9: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
}
