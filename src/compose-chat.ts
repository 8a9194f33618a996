import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  checkOutput,
  createAbsentChatModel,
  createAdaptedChatModel,
  createFallbackChatModel,
  createLocalChatModel,
  createRoutedChatModel,
  createSwappableChatModel,
  type LocalChatModel,
  type LocalChatModelOptions,
  type MemoryBudget,
  type MemoryLedger,
  type ModelFile,
  observeChatModel,
  readModelChoice,
  resolveModel,
  writeModelChoice,
} from "../models/index.ts";
import { adapterKey } from "./compose-memory.ts";
import { MODEL_TITLES, type ModelShelf } from "./compose-model-shelf.ts";
import { composeRemoteChat } from "./compose-remote-models.ts";
import type { Config } from "./config.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import type { InferenceObserver } from "./ports/inference-observer.ts";
import type { Logger } from "./ports/logger.ts";
import type { ModelSwap } from "./ports/model-swap.ts";

const SECOND_MS = 1_000;
const MEGABYTE = 1_024 ** 2;
/** How long a model that is to replace another one may load; nobody waits for it. */
const SWAP_PATIENCE_MS = 600_000;

export interface ChatParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly observer: InferenceObserver;
  readonly shelf: ModelShelf;
  readonly ledger: MemoryLedger;
}

/** The chat model, and how it is replaced while it runs; null where it runs on servers. */
export interface ComposedChat {
  readonly chat: ChatModel | null;
  readonly swap: ModelSwap | null;
}

const now = (): number => performance.now();

function spillOf({ dataDir, models }: Config): NonNullable<LocalChatModelOptions["spill"]> | null {
  if (models.spillMegabytes === 0) return null;
  return { folder: join(dataDir, "models", "spill"), maxBytes: models.spillMegabytes * MEGABYTE };
}

interface SpecialModel {
  readonly memory: MemoryBudget;
  readonly startPatienceMs?: number;
  readonly adapterPath?: string;
}

/** A chat model of this machine, with somebody told how its requests go. */
function openLocal(
  { config, logger, observer }: ChatParts,
  model: ModelFile,
  special: SpecialModel,
): LocalChatModel {
  const { models } = config;
  const local = createLocalChatModel({
    model: { ...model, wrapper: model.wrapper ?? models.wrapper },
    logger,
    observer,
    gpu: models.gpu,
    memory: special.memory,
    sequences: models.sequences,
    contextSize: models.contextTokens,
    maxWaitMs: models.maxWaitSeconds * SECOND_MS,
    maxAnswerMs: models.maxAnswerSeconds * SECOND_MS,
    adapterPath: special.adapterPath ?? null,
    stateFolder: join(config.dataDir, "models", "states"),
    spill: spillOf(config),
    ...(special.startPatienceMs === undefined
      ? {}
      : { limits: { startPatienceMs: special.startPatienceMs } }),
  });
  return { ...local, generate: observeChatModel(local, observer, now, logger).generate };
}

/** A model that is to replace the one that runs: it gets what is left, until it ends. */
function openBeside(parts: ChatParts, file: ModelFile): LocalChatModel {
  const key = `swap ${randomUUID()}`;
  const memory = parts.ledger.claim(key, file);
  const local = openLocal(parts, file, { memory, startPatienceMs: SWAP_PATIENCE_MS });
  return givingBack(local, () => parts.ledger.giveBack(key));
}

function givingBack(model: LocalChatModel, giveBack: () => void): LocalChatModel {
  return {
    ...model,
    close: async () => {
      await model.close();
      giveBack();
    },
  };
}

/** The model of `models.chat` or of the servers, and the second one beside it; null when there is none at all. */
export function composeChat(parts: ChatParts): ComposedChat {
  const { config, logger, observer, shelf, ledger } = parts;
  const { models } = config;
  const folder = { directory: join(config.dataDir, "models") };
  const servers = shelf.remote(composeRemoteChat(config, logger), "chat");
  const remote = servers === null ? null : observeChatModel(servers, observer, now, logger);
  const chosen = models.chat ?? readModelChoice(folder)?.chat ?? null;
  const local =
    remote !== null
      ? undefined
      : shelf.local({ name: chosen, role: "chat" }, (file) =>
          createSwappableChatModel({
            first: givingBack(openLocal(parts, file, { memory: ledger.budgetOf("chat") }), () =>
              ledger.giveBack("chat"),
            ),
            open: (name) => openBeside(parts, resolveModel(name, folder)),
            onFinished: (name) => {
              if (models.chat === null) writeModelChoice(folder, { chat: name });
            },
            logger,
            now,
          }),
        )?.model;
  const small = shelf.local(
    {
      name: models.small,
      role: "chat",
      title: "Second chat model",
      without: "the other chat model answers alone",
    },
    (file) => openLocal(parts, file, { memory: ledger.budgetOf("small") }),
  )?.model;
  local?.start();
  const startNext = startInTurn(local);
  if (small !== undefined) startNext(small);
  const main = remote ?? local;
  const usual = share(models.smallFor, { main, small }, logger) ?? absent(shelf);
  const adapted = usual === null ? null : adapt(parts, { usual, local, startNext, name: chosen });
  return { chat: adapted === null ? null : checkOutput(adapted), swap: local?.swap ?? null };
}

/** Stands for a model whose file is not there; null when none is wanted. */
function absent({ parts }: ModelShelf): ChatModel | null {
  const wanted = parts.find(({ name }) => name === MODEL_TITLES.chat);
  return wanted === undefined ? null : createAbsentChatModel(wanted.status);
}

type Loading = Pick<LocalChatModel, "ready">;

interface AdaptedModel {
  readonly usual: ChatModel;
  /** Undefined where the model runs on servers. */
  readonly local: Loading | undefined;
  readonly name: string | null;
  startNext(model: LocalChatModel): void;
}

/** The model with its adapters; without one, and where one cannot be used, the model itself answers. */
function adapt(parts: ChatParts, model: AdaptedModel): ChatModel {
  const adapted = new Map<string, ChatModel>();
  for (const [collection, adapter] of Object.entries(parts.config.models.adapters)) {
    const special =
      model.local === undefined
        ? adaptRemote(parts, adapter)
        : adaptLocal(parts, model, { collection, adapterPath: adapter });
    const own =
      special === null ? null : createFallbackChatModel([special, model.usual], parts.logger);
    if (own !== null) adapted.set(collection, own);
  }
  return adapted.size === 0 ? model.usual : createAdaptedChatModel(model.usual, adapted);
}

/** An adapter has its own name on a server. */
function adaptRemote({ config, logger, observer }: ChatParts, adapter: string): ChatModel | null {
  const remote = composeRemoteChat(config, logger, adapter);
  return remote === null ? null : observeChatModel(remote, observer, now, logger);
}

/** Each in a process of its own: a crash with one leaves the others alone. */
function adaptLocal(
  parts: ChatParts,
  { name, startNext }: AdaptedModel,
  { collection, adapterPath }: { readonly collection: string; readonly adapterPath: string },
): ChatModel | null {
  const wanted = {
    name,
    role: "chat",
    title: `Chat model for ${collection}`,
    without: "the model without an adapter answers",
  } as const;
  const memory = parts.ledger.budgetOf(adapterKey(collection));
  const shelved = parts.shelf.local(wanted, (file) =>
    openLocal(parts, { ...file, name: `${file.name}+${collection}` }, { adapterPath, memory }),
  );
  if (shelved === null) return null;
  startNext(shelved.model);
  return shelved.model;
}

interface TwoModels {
  readonly main: ChatModel | undefined;
  readonly small: ChatModel | undefined;
}

/** Who is asked first; the other one stands in where that one is busy or away. */
function share(
  smallFor: Config["models"]["smallFor"],
  { main, small }: TwoModels,
  logger: Logger,
): ChatModel | null {
  const inOrder = (...models: readonly (ChatModel | undefined)[]): ChatModel | null =>
    createFallbackChatModel(
      models.filter((model) => model !== undefined),
      logger,
    );
  const [mainFirst, smallFirst] = [inOrder(main, small), inOrder(small, main)];
  if (smallFor !== "routine" || mainFirst === null || smallFirst === null) {
    return smallFor === "overflow" ? smallFirst : mainFirst;
  }
  return createRoutedChatModel({ routine: smallFirst, hard: mainFirst });
}

/** Starts models one after the other: what a GPU has left for the next one only shows once the one before is loaded. */
function startInTurn(first: Loading | undefined): (model: LocalChatModel) => void {
  const loaded = async (model: Loading | undefined): Promise<void> => {
    await model?.ready({ signal: new AbortController().signal }).catch(() => {});
  };
  let turn = loaded(first);
  return (model) => {
    turn = turn.then(() => {
      model.start();
      return loaded(model);
    });
  };
}
