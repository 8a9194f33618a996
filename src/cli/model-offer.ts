import { join } from "node:path";
import { confirm, isCancel } from "@clack/prompts";
import { request } from "undici";
import {
  type CatalogEntry,
  createDownloadDispatcher,
  downloadAddress,
  largestFitting,
  type MachineRoom,
  type PulledModel,
  readModelChoice,
  sizeText,
  writeModelChoice,
} from "../../models/index.ts";
import type { Config } from "../config.ts";
import { errorMessage, isFrontdeskError, type Language } from "../core/index.ts";
import { readOwner } from "../runtime/data-directory.ts";
import { type Io, writeLine } from "./io.ts";
import { machineRoom, pullAtTerminal } from "./model-pull.ts";
import { systemLanguage } from "./terminal/chat-texts.ts";

/** What the offer needs of the world, so that it can be tried without one. */
export interface OfferWorld {
  room(directory: string): MachineRoom;
  /** Whether the model could be fetched now; answers soon. */
  isReachable(entry: CatalogEntry): Promise<boolean>;
  /** Null: neither yes nor no. */
  ask(
    question: string,
    answers: { readonly yes: string; readonly no: string },
  ): Promise<boolean | null>;
  /** Null when it was stopped. */
  pull(entry: CatalogEntry): Promise<PulledModel | null>;
  readonly language: Language;
}

const REACH_MS = 2_500;
/** A first model is to be here within minutes and to answer at once on a processor. */
const MAX_FIRST_BYTES = 3e9;

const TEXTS = {
  en: {
    question: (name: string, size: string, licence: string) =>
      `No language model is set up: answers are quoted from the documents. Download ${name} (${size}, ${licence}) for written answers?`,
    yes: "Yes, download",
    no: "No, do not ask again",
    later: (name: string) => `Any time later: npx frontdesk models pull ${name}`,
    failed: (reason: string) => `The download failed; answers are quoted meanwhile. ${reason}`,
  },
  zh: {
    question: (name: string, size: string, licence: string) =>
      `还没有语言模型：回答摘录自文档。要下载 ${name}（${size}，${licence}）来写出完整的回答吗？`,
    yes: "好，下载",
    no: "不用，别再问",
    later: (name: string) => `以后随时可以：npx frontdesk models pull ${name}`,
    failed: (reason: string) => `下载失败；这期间用摘录回答。${reason}`,
  },
} as const satisfies Record<Language, unknown>;

function isDue(config: Config, io: Io, directory: string): boolean {
  const { offer, chat, url, upstreams } = config.models;
  const hasModel = chat !== null || url !== null || upstreams.length > 0;
  return (
    io.isTTY &&
    offer &&
    !hasModel &&
    readModelChoice({ directory }) === null &&
    readOwner(config.dataDir) === null
  );
}

/**
 * Offers once, at a terminal with a network, to pull a chat model that fits this machine. Does nothing at all anywhere else,
 * and never fails: without a model Frontdesk answers all the same. A yes or no is remembered.
 */
export async function offerModel(config: Config, io: Io, world: OfferWorld): Promise<void> {
  const directory = join(config.dataDir, "models");
  if (!isDue(config, io, directory)) return;
  const entry = largestFitting("chat", world.room(directory), MAX_FIRST_BYTES);
  if (entry === null || !(await world.isReachable(entry))) return;
  const texts = TEXTS[world.language];
  const size = sizeText(entry.sizeBytes);
  const question = texts.question(entry.name, size, entry.licence);
  const answer = await world.ask(question, { yes: texts.yes, no: texts.no });
  if (answer === null) return;
  if (!answer) {
    writeModelChoice({ directory }, { chat: null });
    writeLine(io.stderr, texts.later(entry.name));
    return;
  }
  try {
    const pulled = await world.pull(entry);
    if (pulled !== null) writeModelChoice({ directory }, { chat: pulled.name });
  } catch (error) {
    if (!isFrontdeskError(error)) throw error;
    writeModelChoice({ directory }, { chat: null });
    writeLine(io.stderr, texts.failed(errorMessage(error)));
    writeLine(io.stderr, texts.later(entry.name));
  }
}

/** The real world of this process. */
export async function offerModelHere(config: Config, io: Io, signal: AbortSignal): Promise<void> {
  if (!io.isTTY) return;
  const dispatcher = createDownloadDispatcher();
  const directory = join(config.dataDir, "models");
  const { mirror } = config.models;
  try {
    await offerModel(config, io, {
      language: systemLanguage(),
      room: machineRoom,
      isReachable: async (entry) => {
        const url = downloadAddress(entry, mirror);
        if (url === null) return false;
        const options = { headersTimeout: REACH_MS, bodyTimeout: REACH_MS, signal };
        return await request(url, { method: "HEAD", dispatcher, ...options }).then(
          async ({ statusCode, body }) => {
            await body.dump();
            return statusCode < 400;
          },
          () => false,
        );
      },
      ask: async (message, { yes, no }) => {
        const common = { input: io.stdin, output: io.stdout, signal };
        const answer = await confirm({ message, active: yes, inactive: no, ...common });
        return isCancel(answer) ? null : answer;
      },
      pull: (entry) => {
        const command = { model: entry.name, directory, url: null, mirror, sha256: null };
        return pullAtTerminal({ ...command, anyway: false, json: false }, io, signal, dispatcher);
      },
    });
  } finally {
    await dispatcher.destroy();
  }
}
