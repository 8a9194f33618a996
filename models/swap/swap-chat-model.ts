import {
  assertNever,
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
} from "../../src/core/index.ts";
import {
  type ChatEvent,
  type ChatRequest,
  conversationBeside,
} from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { ModelSwap, SwapAct, SwapStatus } from "../../src/ports/model-swap.ts";
import { isModelAtFault } from "../fallback-chat-model.ts";
import type { LocalChatModel } from "../local/chat-model.ts";
import { createConversationHomes, percentileOf } from "./conversation-homes.ts";
import { whyWorse } from "./judge.ts";
import { probeChatModel } from "./probe.ts";
import { createSideRecord, type SideRecord } from "./side-figures.ts";

export interface SwapOptions {
  /** The model to begin with. */
  readonly first: LocalChatModel;
  readonly logger: Logger;
  /** Makes another one by its name, not started. @throws FrontdeskError `model_not_found` */
  open(name: string): LocalChatModel;
  /** Told when another model has taken over for good. */
  onFinished(name: string): void;
  /** Milliseconds that only grow. */
  now(): number;
}

/** A local chat model that can be replaced while it answers. */
export interface SwappableChatModel extends LocalChatModel {
  readonly swap: ModelSwap;
  /** The model that answers, and the one beside it. */
  sides(): readonly LocalChatModel[];
}

interface Side {
  readonly model: LocalChatModel;
  readonly record: SideRecord;
  /** Requests that it has not settled yet. */
  running: number;
  /** Gets nothing new, and ends when nothing runs any more. */
  isRetired: boolean;
}

interface Candidate {
  readonly name: string;
  readonly side: Side;
  phase: "loading" | "sharing";
  sharePercent: number;
}

/**
 * Blue and green: another model is loaded beside the one that answers and tried with a question; then it gets a share of
 * the new conversations, while old ones stay where they are. What it fails before its first word the other one answers.
 * It goes again by itself when it is worse, and takes over when an operator says so; whoever goes finishes its answers.
 */
export function createSwappableChatModel(options: SwapOptions): SwappableChatModel {
  const { logger, now } = options;
  const homes = createConversationHomes<Side>();
  const ending = new Set<Promise<void>>();
  let current = sideOf(options.first);
  let candidate: Candidate | null = null;
  let last: SwapStatus["last"] = null;

  const endIfIdle = (side: Side): void => {
    if (!side.isRetired || side.running > 0) return;
    const end = side.model.close().finally(() => ending.delete(end));
    ending.add(end);
  };
  const retire = (side: Side): void => {
    side.isRetired = true;
    endIfIdle(side);
  };

  const rollBack = (gone: Candidate, reason: string | null): void => {
    if (candidate !== gone) return;
    candidate = null;
    last = { model: gone.name, outcome: "rolled-back", reason };
    logger.warn({ model: gone.name, reason }, "the new chat model goes again");
    retire(gone.side);
  };

  const load = async (loading: Candidate): Promise<void> => {
    const { signal } = new AbortController();
    try {
      await loading.side.model.ready({ signal });
      await probeChatModel(loading.side.model, signal);
    } catch (error) {
      rollBack(loading, errorMessage(error));
      return;
    }
    if (candidate !== loading) return;
    loading.phase = "sharing";
    const { name: model, sharePercent } = loading;
    logger.info({ model, sharePercent }, "the new chat model answers beside the other one");
  };

  const begin = (name: string, sharePercent: number): void => {
    if (candidate !== null) {
      throw notNow(`${candidate.name} is being tried already. Finish that or roll it back first.`);
    }
    const side = sideOf(options.open(name));
    candidate = { name, side, phase: "loading", sharePercent };
    void load(candidate);
  };

  const sharing = (): Candidate => {
    if (candidate === null) throw notNow("No other chat model is being tried.");
    if (candidate.phase === "sharing") return candidate;
    throw notNow(`${candidate.name} is still being loaded.`);
  };

  const finish = (): void => {
    const { name, side } = sharing();
    const before = current;
    current = side;
    candidate = null;
    last = { model: name, outcome: "finished", reason: null };
    logger.info({ model: name }, "the new chat model has taken over");
    retire(before);
    options.onFinished(name);
  };

  const act = (wanted: SwapAct): void => {
    switch (wanted.type) {
      case "begin":
        begin(wanted.model, wanted.sharePercent);
        return;
      case "share":
        sharing().sharePercent = wanted.sharePercent;
        return;
      case "finish":
        finish();
        return;
      case "roll-back":
        if (candidate === null) throw notNow("No other chat model is being tried.");
        rollBack(candidate, null);
        return;
      default:
        assertNever(wanted);
    }
  };

  /** Where a conversation began; a new one goes by its share. */
  const homeOf = (conversationKey: string): Side => {
    const conversation = conversationBeside(conversationKey) ?? conversationKey;
    const before = homes.of(conversation);
    const isThere = before === current || before === candidate?.side;
    const isShared =
      candidate?.phase === "sharing" && percentileOf(conversation) < candidate.sharePercent;
    const home = isThere && before !== null ? before : isShared ? candidate?.side : current;
    homes.put(conversation, home ?? current);
    return home ?? current;
  };

  const judge = (): void => {
    if (candidate === null) return;
    const reason = whyWorse(current.record.figures(), candidate.side.record.figures());
    if (reason !== null) rollBack(candidate, reason);
  };

  const settled = (side: Side): void => {
    if (side === candidate?.side) judge();
    endIfIdle(side);
  };

  const ask = (side: Side, request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent> =>
    recorded(side, request, signal, { now, settled: () => settled(side) });

  return {
    swap: {
      status: () => ({
        current: shown(current),
        candidate:
          candidate === null
            ? null
            : {
                ...shown(candidate.side),
                phase: candidate.phase,
                sharePercent: candidate.sharePercent,
              },
        last,
      }),
      act(wanted) {
        act(wanted);
        return this.status();
      },
    },
    sides: () => [current.model, ...(candidate === null ? [] : [candidate.side.model])],
    generate: async function* (request, { signal }) {
      const side = homeOf(request.conversationKey);
      let hasAnswered = false;
      try {
        for await (const event of ask(side, request, signal)) {
          hasAnswered ||= event.type !== "queued" && event.type !== "admitted";
          yield event;
        }
        return;
      } catch (error) {
        const mayGoOn = side !== current && !hasAnswered && !signal.aborted;
        if (!mayGoOn || !isModelAtFault(error)) throw error;
        logger.warn({ reason: errorMessage(error) }, "the other chat model takes over");
      }
      yield* ask(current, request, signal);
    },
    status: () => current.model.status(),
    start: () => current.model.start(),
    ready: (call) => current.model.ready(call),
    pid: () => current.model.pid(),
    deaths: () => current.model.deaths(),
    stats: () => current.model.stats(),
    queued: () => current.model.queued(),
    close: async () => {
      if (candidate !== null) retire(candidate.side);
      candidate = null;
      await Promise.all([current.model.close(), ...ending]);
    },
  };
}

function sideOf(model: LocalChatModel): Side {
  return { model, record: createSideRecord(), running: 0, isRetired: false };
}

function shown({ model, record }: Side): SwapStatus["current"] {
  const { model: name, state } = model.status();
  return { model: name, state, figures: record.figures() };
}

function notNow(message: string): FrontdeskError {
  return new FrontdeskError("usage", message);
}

/**
 * One request to one model. The outcome is written down when it is an answer: rewrites and the like are short, so that a model
 * that gets more of them would look faster or slower than it is. An answer without a word counts as failed.
 */
async function* recorded(
  side: Side,
  request: ChatRequest,
  signal: AbortSignal,
  { now, settled }: { now(): number; settled(): void },
): AsyncGenerator<ChatEvent, void, undefined> {
  const { model, record } = side;
  side.running += 1;
  const startedAt = now();
  const isAnswer = request.hints !== undefined;
  let firstAt: number | null = null;
  let hasText = false;
  try {
    for await (const event of model.generate(request, { signal })) {
      if (event.type === "text" || event.type === "thought") firstAt ??= now();
      if (event.type === "retracted") hasText = false;
      hasText ||= event.type === "text" && event.text.trim() !== "";
      if (event.type === "done" && isAnswer) {
        if (firstAt === null || !hasText) record.failed();
        else record.answered(answerTimes({ startedAt, firstAt, endedAt: now() }, event.usage));
      }
      yield event;
    }
  } catch (error) {
    const isFailure = !signal.aborted && (isModelAtFault(error) || !isFrontdeskError(error));
    if (isAnswer && isFailure) record.failed();
    throw error;
  } finally {
    side.running -= 1;
    settled();
  }
}

function answerTimes(
  at: { readonly startedAt: number; readonly firstAt: number; readonly endedAt: number },
  { outputTokens }: { readonly outputTokens: number },
): { readonly firstTokenMs: number; readonly msPerToken: number | null } {
  const msPerToken = outputTokens < 2 ? null : (at.endedAt - at.firstAt) / (outputTokens - 1);
  return { firstTokenMs: at.firstAt - at.startedAt, msPerToken };
}
