import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** A llama-server on a port of this machine. */
export interface LlamaServer {
  readonly pid: number;
  /** With the version. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

const LOAD_MS = 120_000;

/** Starts one with one compute thread. @param options of its command line, beside address and threads */
export async function startLlamaServer(
  binary: string,
  options: readonly string[],
): Promise<LlamaServer> {
  const port = await freePort();
  const child = spawn(
    binary,
    ["--host", "127.0.0.1", "--port", `${port}`, "-t", "1", "-tb", "1", "-ngl", "0", ...options],
    { stdio: "ignore" },
  );
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const server: LlamaServer = {
    pid: child.pid ?? 0,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      child.kill();
      await gone;
    },
  };
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  const giveUpAt = performance.now() + LOAD_MS;
  while (!(await isReady(port))) {
    if (isGone || performance.now() > giveUpAt) {
      await server.close();
      throw new Error(`${binary} did not start: ${options.join(" ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return server;
}

async function isReady(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
