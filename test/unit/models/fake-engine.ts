import type { EngineExit, EngineProcess } from "../../../models/engine/engine-process.ts";
import type {
  EngineInfo,
  EngineStats,
  FromChild,
  ToChild,
} from "../../../models/engine/protocol.ts";

/** A child process that does what the test says. */
export interface FakeEngine extends EngineProcess {
  readonly sent: readonly ToChild[];
  readonly wasKilled: boolean;
  /** As the system would say it of a process that got a SIGSTOP. */
  stop(): void;
  tell(message: FromChild): void;
  tellRaw(message: unknown): void;
  ready(): void;
  exit(exit?: Partial<EngineExit>): void;
  /** Ids of the requests that were sent, in order. */
  requestIds(): readonly number[];
}

export const FAKE_INFO: EngineInfo = {
  sha256: "ab".repeat(32),
  dimensions: 2,
  contextSize: 512,
  sequences: 1,
  threads: 1,
  gpu: false,
  loadMs: 5,
};

export const FAKE_STATS: EngineStats = {
  rssBytes: 7,
  eventLoopP99Ms: 0,
  backend: "cpu",
  gpuLayers: 0,
  vramUsedBytes: null,
  decodeBatchSizes: {},
  incompleteSteps: 0,
  prefillTokens: 0,
  prefillMs: 0,
  decodeTokens: 0,
  decodeMs: 0,
  interTokenMs: null,
};

/** Starts fake child processes and keeps them all. */
export function fakeEngines(): { readonly spawn: () => FakeEngine; readonly all: FakeEngine[] } {
  const all: FakeEngine[] = [];
  return {
    all,
    spawn: () => {
      const engine = fakeEngine(1_000 + all.length);
      all.push(engine);
      return engine;
    },
  };
}

function fakeEngine(pid: number): FakeEngine {
  const sent: ToChild[] = [];
  let wasKilled = false;
  let isStopped = false;
  let onMessage: (message: unknown) => void = () => {};
  let onExit: (exit: EngineExit) => void = () => {};
  const exit = (changes: Partial<EngineExit> = {}): void =>
    onExit({ code: null, signal: "SIGKILL", lastWords: "", isOutOfMemory: false, ...changes });
  return {
    pid,
    sent,
    get wasKilled() {
      return wasKilled;
    },
    send: (message) => {
      sent.push(message);
    },
    isStopped: () => isStopped,
    stop: () => {
      isStopped = true;
    },
    kill: () => {
      wasKilled = true;
      exit();
    },
    onMessage: (listener) => {
      onMessage = listener;
    },
    onExit: (listener) => {
      onExit = listener;
    },
    tell: (message) => onMessage(message),
    tellRaw: (message) => onMessage(message),
    ready: () => onMessage({ type: "ready", info: FAKE_INFO }),
    exit,
    requestIds: () => sent.flatMap((message) => (message.type === "request" ? [message.id] : [])),
  };
}
