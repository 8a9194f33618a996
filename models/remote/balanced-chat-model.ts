import { FrontdeskError, isFrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest, ModelStatus } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { systemTimers, type Timers } from "../engine/timers.ts";
import type { RemoteChatModel } from "./chat-model.ts";
import {
  type BreakerOptions,
  type CircuitBreaker,
  createCircuitBreaker,
} from "./circuit-breaker.ts";
import { rankUpstreams } from "./rank-upstreams.ts";

/** One of several servers. */
export interface Upstream {
  /** For logs and status: an address without secrets. */
  readonly key: string;
  readonly model: Pick<RemoteChatModel, "generate" | "status" | "probe">;
  /** Share of the conversations beside the others. */
  readonly weight: number;
  /** Only asked when no other one can be. */
  readonly isBackup: boolean;
}

export interface BalancedChatModelOptions {
  readonly upstreams: readonly Upstream[];
  readonly logger: Logger;
  readonly timers?: Timers;
  readonly breaker?: Omit<BreakerOptions, "now">;
}

/** Several servers as one chat model. */
export interface BalancedChatModel extends ChatModel {
  /** Asks all servers whether they are there. */
  probe(call: { readonly signal: AbortSignal }): Promise<void>;
}

/** Failures that say something about the server, not about the request. */
const SERVER_AT_FAULT = new Set<string>([
  "model_unavailable",
  "model_crashed",
  "model_busy",
  "model_not_found",
]);
/** Another server may take what this one refuses, which is no sign that it is unwell. */
const REFUSED = "model_refused";

interface Member extends Upstream {
  readonly breaker: CircuitBreaker;
  /** A look at it is under way. */
  isLookedAt: boolean;
  /** When it was looked at last. */
  lookedAt: number;
}

/** How long a server that was left alone may take to say that it is well again. */
const LOOK_MS = 5_000;
/** How often a server whose last request failed is looked at while somebody wants to know how it is. */
const LOOK_EVERY_MS = 10_000;

/**
 * Spreads conversations over servers by weight and keeps each with its own; passes over a server that fails too often,
 * tries the next one as long as nothing was answered, and falls back to the backups last. With all of them left alone
 * it fails at once, so that the caller can answer in another way.
 */
export function createBalancedChatModel(options: BalancedChatModelOptions): BalancedChatModel {
  const { now } = options.timers ?? systemTimers;
  const members: readonly Member[] = options.upstreams.map((upstream) => ({
    ...upstream,
    breaker: createCircuitBreaker({ ...options.breaker, now }),
    isLookedAt: false,
    lookedAt: now(),
  }));
  return {
    // Whoever passes over us for what we say here would otherwise never learn that a server is well again.
    status: () => {
      for (const member of members) {
        const isStale = now() - member.lookedAt >= LOOK_EVERY_MS;
        if (isStale && member.model.status().state !== "ready") void look(member, now());
      }
      return status(members);
    },
    probe: async ({ signal }) => {
      await Promise.all(
        members.map(async ({ model, breaker }) => {
          const { state } = await model.probe({ signal });
          if (state === "unavailable") breaker.failed();
        }),
      );
    },
    generate: (request, { signal }) =>
      answer({ members, logger: options.logger, now }, request, signal),
  };
}

interface Balance {
  readonly members: readonly Member[];
  readonly logger: Logger;
  now(): number;
}

async function* answer(
  { members, logger, now }: Balance,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  signal.throwIfAborted();
  const order = candidates(members, request.conversationKey, now());
  for (const [index, member] of order.entries()) {
    let hasAnswered = false;
    try {
      // Each try counts: a server that is away is left alone before the last one.
      const mayRetry = (error: unknown): boolean => {
        if (isServerAtFault(error)) member.breaker.failed();
        return member.breaker.state() === "closed";
      };
      for await (const event of member.model.generate(request, { signal, mayRetry })) {
        if (event.type === "done") member.breaker.succeeded();
        hasAnswered = true;
        yield event;
      }
      return;
    } catch (error) {
      if (signal.aborted || !isFrontdeskError(error)) throw error;
      const isAtFault = isServerAtFault(error);
      if (isAtFault) member.breaker.failed();
      const mayGoOn = isAtFault || error.code === REFUSED;
      if (hasAnswered || !mayGoOn || index === order.length - 1) throw error;
      logger.warn({ upstream: member.key, code: error.code }, "next model server takes over");
    }
  }
  throw new FrontdeskError(
    "model_unavailable",
    `No model server can be used now: ${members.map(({ key }) => key).join(", ")} failed too often and ` +
      "are left alone for a while. `frontdesk doctor` says why.",
    { retryable: true },
  );
}

function isServerAtFault(error: unknown): boolean {
  return isFrontdeskError(error) && SERVER_AT_FAULT.has(error.code);
}

/**
 * Whoever may be asked, in order: the conversation's own server first, backups last. A server whose time of rest is over
 * gets no question while there is another one: it is looked at in the background first.
 */
function candidates(
  members: readonly Member[],
  conversationKey: string,
  now: number,
): readonly Member[] {
  const closed = members.filter(({ breaker }) => breaker.state() === "closed");
  const onTrial = members.filter(({ breaker }) => breaker.state() === "trial");
  if (closed.length > 0) for (const member of onTrial) void look(member, now);
  const usable = closed.length > 0 ? closed : onTrial;
  const ranked = rankUpstreams(usable, conversationKey);
  return [
    ...ranked.filter(({ isBackup }) => !isBackup),
    ...ranked.filter(({ isBackup }) => isBackup),
  ];
}

/** Never rejects: the probe turns what goes wrong into a status. */
async function look(member: Member, now: number): Promise<void> {
  if (member.isLookedAt) return;
  member.isLookedAt = true;
  member.lookedAt = now;
  const { breaker, model } = member;
  const state = await model.probe({ signal: timeLimit(LOOK_MS) }).then(
    (found) => found.state,
    () => "unavailable" as const,
  );
  member.isLookedAt = false;
  if (breaker.state() !== "trial") return;
  if (state === "ready") breaker.succeeded();
  else breaker.failed();
}

function status(members: readonly Member[]): ModelStatus {
  const isUsable = ({ model, breaker }: Member): boolean =>
    breaker.state() !== "open" && model.status().state === "ready";
  const usable = members.filter(isUsable);
  const [first] = [...usable, ...members];
  const model = first?.model.status().model ?? "";
  const away = members.filter((member) => !isUsable(member));
  const reasons = away.map(
    ({ key, model: { status: of } }) => of().reason ?? `${key} failed too often and is left alone.`,
  );
  const reason = reasons.length === 0 ? null : reasons.join(" ");
  return { model, state: usable.length > 0 ? "ready" : "unavailable", reason };
}
