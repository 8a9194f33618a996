import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createDocumentReader } from "../../knowledge/ingest/index.ts";
import { hasLoader } from "./langchain-loaders.ts";

/** What became of one file. */
export interface ReadFile {
  /** The pieces that go into an index; null when there are none. */
  readonly pieces: readonly string[] | null;
  /** Why there are none, as it was told. */
  readonly reason: string;
}

/** Reads files to pieces for an index. */
export interface PeerReader {
  readonly name: string;
  /** Whether it claims to read such a file. */
  claims(path: string): boolean;
  read(path: string): Promise<ReadFile>;
  close(): Promise<void>;
}

/** The product: its reader, with the limits that it always has. */
export function createProduct(): PeerReader {
  const reader = createDocumentReader();
  const { signal } = new AbortController();
  return {
    name: "Frontdesk",
    claims: () => true,
    async read(path) {
      const ref = { source: path, root: path, sizeBytes: null, updatedAt: null };
      const read = await reader.read(ref, { knownHash: null, signal });
      if (read.status !== "read") {
        return { pieces: null, reason: "reason" in read ? read.reason : read.status };
      }
      const { title, chunks } = read.document;
      const pieces = chunks.map(({ section, text }) => `${title}\n${section}\n${text}`);
      return { pieces, reason: "" };
    },
    close: () => reader.close(),
  };
}

const answer = z.union([
  z.object({ pieces: z.array(z.string()) }),
  z.object({ error: z.string() }),
]);
const LIMIT_MS = 60_000;
const HEAP_MB = 512;

/** LangChain.js in a child process with the same heap and time as the product's parser. */
export function createLangChainReader(folder: string): PeerReader {
  let running: ChildProcess | null = null;
  const start = (): ChildProcess =>
    fork(fileURLToPath(new URL("langchain-child.ts", import.meta.url)), [], {
      execArgv: ["--import", "tsx", `--max-old-space-size=${HEAP_MB}`],
      env: { ...process.env, LANGCHAIN: folder },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
  const stop = async (): Promise<void> => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };

  return {
    name: "LangChain.js",
    claims: hasLoader,
    async read(path) {
      running ??= start();
      const child = running;
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(), LIMIT_MS);
      const heard = once(child, "message", { signal: over.signal });
      const ended = once(child, "exit", { signal: over.signal });
      ended.catch(() => {});
      child.send(path);
      const came = await Promise.race([
        heard.then(([told]) => answer.parse(told)),
        ended.then(() => ({ error: "the process ended" })),
      ]).catch(() => ({ error: `not read within ${LIMIT_MS / 1000} s` }));
      const isBroken = over.signal.aborted || child.exitCode !== null || child.signalCode !== null;
      clearTimeout(timer);
      over.abort();
      heard.catch(() => {});
      if (isBroken) await stop();
      if ("error" in came) return { pieces: null, reason: came.error };
      const hasText = came.pieces.some((text) => text.trim() !== "");
      return hasText ? { pieces: came.pieces, reason: "" } : { pieces: null, reason: "no text" };
    },
    close: stop,
  };
}
