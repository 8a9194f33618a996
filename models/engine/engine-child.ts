import { createEngineHost } from "./engine-host.ts";
import { loadRole } from "./load-role.ts";

// node-llama-cpp tries its binary in a process that it forks with our flags; it has no use for the TypeScript loader.
process.execArgv.length = 0;

/**
 * Entry of the inference process. Speaks only with its parent, and ends with it: an abrupt end is right, since nothing
 * of value lives here.
 */
const host = createEngineHost({
  send: (message) => {
    if (process.connected) process.send?.(message);
  },
  exit: (code) => {
    // Native objects are left to the operating system. The channel is flushed first.
    if (process.connected) process.disconnect();
    process.exitCode = code;
    setImmediate(() => process.exit(code));
  },
  loadRole,
});
process.on("message", (message) => host.onMessage(message));
process.on("disconnect", () => process.exit());
// Ctrl-C and service managers signal the whole group; the parent lets running work finish before it ends this process.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
