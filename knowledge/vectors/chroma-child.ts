// Runs the embedded Chroma server: argv is the native binding's file, the data folder and the port. The server blocks its
// thread for ever, so it gets a worker, and this thread watches that the server never outlives the application.
import { Worker } from "node:worker_threads";

const PARENT_CHECK_MS = 1_000;

// Plain JavaScript in a string: a worker that starts from a TypeScript file finds no loader when run from source.
const SERVE = `
  const { workerData } = require("node:worker_threads");
  require(workerData.binding).cli(workerData.argv);
`;

/** Chroma commits every write before it answers: being killed is its regular end. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

const [binding = "", folder = "", port = ""] = process.argv.slice(2);
const argv = ["chroma", "run", "--path", folder, "--host", "127.0.0.1", "--port", port];
const server = new Worker(SERVE, { eval: true, workerData: { binding, argv } });
server.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on("exit", () => process.exit(1));

// The application holds the other end of stdin: it closes when the application ends, however it ends.
process.stdin.on("end", end).on("error", end).resume();
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) end();
}, PARENT_CHECK_MS);
process.on("SIGTERM", end);
// Ctrl-C reaches the whole terminal group; the application decides when this server goes.
process.on("SIGINT", () => {});
