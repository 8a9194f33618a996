import { once } from "node:events";
import {
  type EffectKey,
  FrontdeskError,
  type MessageId,
  messageId,
  type Platform,
  type Progress,
  type Reply,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Channel, OutboundMessage } from "../../src/ports/channel.ts";

/** A message as it stands on the platform in memory. */
interface MemoryMessage {
  readonly id: MessageId;
  readonly key: EffectKey;
  readonly address: ReplyAddress;
  readonly reply: Reply;
  readonly timings: OutboundMessage["timings"];
  /** Every text it has had, the present one last. */
  readonly texts: readonly string[];
  readonly isRemoved: boolean;
}

/**
 * What goes wrong with a call. `arrived-unheard`: it has its effect and the caller learns only of a broken connection;
 * `lost`: the same without the effect; `hangs`: it never ends by itself.
 */
type Fault =
  | { readonly type: "arrived-unheard" | "lost" | "rejected" | "hangs" }
  | { readonly type: "rate-limited"; readonly retryAfterMs: number };

export interface MemoryChannel extends Channel {
  /** Every message ever posted, in order. */
  messages(): readonly MemoryMessage[];
  /** Texts of what stands on the platform now, in order; of one channel when its id is given. */
  texts(channelId?: string): readonly string[];
  /** Names of the calls made, in order. */
  calls(): readonly ("post" | "edit" | "remove" | "find")[];
  shown(): readonly Progress[];
  /** The next call of this name goes wrong; several faults happen one after another. */
  fail(call: "post" | "edit" | "remove" | "find", fault: Fault): void;
  /** The greatest number of calls that were under way at the same time. */
  mostAtOnce(): number;
  /** Calls wait this long before they have their effect. */
  setLatency(ms: number): void;
}

/** A platform in memory. Like Slack it does not notice that a key was posted before: doubles show. */
export function createMemoryChannel(
  options: {
    readonly platform?: Platform;
    readonly drafts?: { readonly minIntervalMs: number };
    readonly settleMs?: number;
  } = {},
): MemoryChannel {
  const messages: MemoryMessage[] = [];
  const calls: ("post" | "edit" | "remove" | "find")[] = [];
  const shown: Progress[] = [];
  const faults = new Map<string, Fault[]>();
  let atOnce = 0;
  let mostAtOnce = 0;
  let latencyMs = 0;

  const call = async <T>(
    name: "post" | "edit" | "remove" | "find",
    signal: AbortSignal,
    effect: () => T,
  ): Promise<T> => {
    signal.throwIfAborted();
    calls.push(name);
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    try {
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      const fault = faults.get(name)?.shift();
      if (fault !== undefined) await suffer(fault, effect, signal);
      return effect();
    } finally {
      atOnce -= 1;
    }
  };

  const change = (id: MessageId, changes: (message: MemoryMessage) => MemoryMessage): void => {
    const index = messages.findIndex((message) => message.id === id && !message.isRemoved);
    const found = messages[index];
    if (found === undefined) throw new FrontdeskError("delivery_rejected", `no message ${id}`);
    messages[index] = changes(found);
  };

  return {
    platform: options.platform ?? "console",
    ...(options.drafts === undefined ? {} : { drafts: options.drafts }),
    settleMs: options.settleMs ?? 0,
    post: ({ key, address, reply, timings }, { signal }) =>
      call("post", signal, () => {
        const id = messageId(`posted-${messages.length + 1}`);
        const texts = [reply.text];
        messages.push({ id, key, address, reply, timings, texts, isRemoved: false });
        return { messageId: id };
      }),
    edit: (id, { reply, timings }, { signal }) =>
      call("edit", signal, () =>
        change(id, (message) => ({
          ...message,
          reply,
          timings,
          texts: [...message.texts, reply.text],
        })),
      ),
    remove: (id, _address, { signal }) =>
      call("remove", signal, () => change(id, (message) => ({ ...message, isRemoved: true }))),
    find: (key, _address, { signal }) =>
      call("find", signal, () => {
        const found = messages.find((message) => message.key === key && !message.isRemoved);
        return found === undefined ? null : { messageId: found.id };
      }),
    progress: (_address, progress) => {
      shown.push(progress);
    },
    messages: () => messages,
    texts: (channelId) =>
      messages
        .filter(({ isRemoved }) => !isRemoved)
        .filter(({ address }) => channelId === undefined || address.channelId === channelId)
        .map(({ reply }) => reply.text),
    calls: () => calls,
    shown: () => shown,
    fail: (name, fault) => {
      faults.set(name, [...(faults.get(name) ?? []), fault]);
    },
    mostAtOnce: () => mostAtOnce,
    setLatency: (ms) => {
      latencyMs = ms;
    },
  };
}

async function suffer(fault: Fault, effect: () => unknown, signal: AbortSignal): Promise<never> {
  switch (fault.type) {
    case "arrived-unheard":
      effect();
      throw new FrontdeskError("delivery_uncertain", "the connection broke", { retryable: true });
    case "lost":
      throw new FrontdeskError("delivery_uncertain", "the connection broke", { retryable: true });
    case "rejected":
      throw new FrontdeskError("delivery_rejected", "the channel was deleted");
    case "rate-limited":
      throw new FrontdeskError("rate_limited", "too many", {
        retryable: true,
        retryAfterMs: fault.retryAfterMs,
      });
    case "hangs":
      await once(signal, "abort");
      signal.throwIfAborted();
      throw new Error("unreachable");
  }
}
