import { mkdirSync } from "node:fs";
import type { Dispatcher } from "undici";
import {
  createDownloadDispatcher,
  freeMemoryBytes,
  type MachineRoom,
  type PulledModel,
  pullModel,
  sizeText,
} from "../../models/index.ts";
import { errorMessage } from "../core/index.ts";
import { freeBytes } from "../runtime/data-directory.ts";
import { createDownloadView, type DownloadView } from "./download-view.ts";
import { type Io, writeLine } from "./io.ts";

export interface PullCommand {
  readonly model: string;
  /** Folder of models. */
  readonly directory: string;
  readonly url: string | null;
  readonly mirror: string | null;
  readonly sha256: string | null;
  /** Do not ask whether it fits. */
  readonly anyway: boolean;
  readonly json: boolean;
}

/** Exit code of a command that was interrupted, as shells expect it (128 + SIGINT). */
const INTERRUPTED = 130;

/** The variable that names a model of this role. */
export function variableOf(role: PulledModel["role"]): string {
  if (role === "embed") return "FRONTDESK_EMBED_MODEL";
  return role === "rerank" ? "FRONTDESK_RERANK_MODEL" : "FRONTDESK_MODEL";
}

/** What this machine has left; makes the folder, whose disk is asked for. */
export function machineRoom(directory: string): MachineRoom {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return { freeMemoryBytes: freeMemoryBytes(), freeDiskBytes: freeBytes(directory) };
}

/** Downloads a model with a progress bar; null when it was interrupted, with what has come kept. */
export async function pullAtTerminal(
  command: PullCommand,
  io: Io,
  signal: AbortSignal,
  dispatcher: Dispatcher,
): Promise<PulledModel | null> {
  // Nothing is announced that is refused at once.
  const shown: { view: DownloadView | null } = { view: null };
  try {
    const pulled = await pullModel({
      model: command.model,
      folder: { directory: command.directory },
      url: command.url,
      mirror: command.mirror,
      sha256: command.sha256,
      room: command.anyway ? null : machineRoom(command.directory),
      ...(command.anyway ? {} : { freeDiskBytes: () => freeBytes(command.directory) }),
      dispatcher,
      signal,
      onBegin: () => {
        shown.view = createDownloadView(io, `Pulling ${command.model}`);
      },
      onProgress: (progress) => shown.view?.show(progress),
      onRetry: (error, waitMs) =>
        shown.view?.note(`${errorMessage(error)} Next try in ${Math.ceil(waitMs / 1000)} s.`),
    });
    const state = pulled.result === "present" ? "is here already" : "is here";
    shown.view?.end(
      `${pulled.name} ${state}: ${sizeText(pulled.sizeBytes)}, sha256 ${pulled.verifiedBy}`,
    );
    return pulled;
  } catch (error) {
    shown.view?.end(
      signal.aborted ? "Stopped. What has come is kept: the same command goes on." : "",
    );
    if (signal.aborted) return null;
    throw error;
  }
}

/** `models pull`. @returns 0; 130 when interrupted */
export async function runPull(command: PullCommand, io: Io, signal: AbortSignal): Promise<number> {
  const dispatcher = createDownloadDispatcher();
  try {
    const pulled = await pullAtTerminal(command, io, signal, dispatcher);
    if (pulled === null) return INTERRUPTED;
    if (command.json) writeLine(io.stdout, JSON.stringify(pulled));
    else {
      writeLine(io.stdout, pulled.path);
      writeLine(io.stdout, `Use it with ${variableOf(pulled.role)}=${pulled.name}`);
    }
    return 0;
  } finally {
    await dispatcher.destroy();
  }
}
