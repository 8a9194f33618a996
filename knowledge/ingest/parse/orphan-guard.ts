import { Worker } from "node:worker_threads";

const WATCH = `
const { workerData } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid !== workerData.parent) process.kill(process.pid, "SIGKILL");
}, 1000);
`;

/**
 * Ends this process when its parent is gone, even in the middle of a document that keeps the main thread busy for ever:
 * the limits are the parent's, and without it nobody would enforce them.
 */
export function dieWithParent(): void {
  const worker = new Worker(WATCH, {
    eval: true,
    execArgv: [],
    workerData: { parent: process.ppid },
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  worker.unref();
}
