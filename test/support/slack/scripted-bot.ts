import type { SlackHost } from "../../../adapters/slack/index.ts";
import {
  conversationId,
  effectKey,
  FrontdeskError,
  type InboundMessage,
  type InstanceAddress,
  messageId,
  type Reply,
  type ReplyAddress,
} from "../../../src/core/index.ts";
import type { Channel } from "../../../src/ports/channel.ts";
import { aReply } from "../reply-builder.ts";

/** An event that was told to an instance. */
interface ToldEvent {
  readonly instance: InstanceAddress;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
}

/** Stands in for inbox, engine and dialogue: it takes in once per key and answers by a script. */
export interface ScriptedBot {
  readonly host: SlackHost;
  /** What was taken in, each message once. */
  readonly received: readonly InboundMessage[];
  readonly told: readonly ToldEvent[];
  /** The next `times` messages cannot be stored. */
  failNext(times: number): void;
  /** Holds every storing back until the returned function is called. */
  hold(): () => void;
  /** The same for the next message alone. */
  holdNext(): () => void;
  /** Where answers go. */
  speakThrough(channel: Channel): void;
  /** Says something in an address, as the engine would. */
  say(address: ReplyAddress, reply: Partial<Reply>, key?: string): Promise<void>;
  /** Resolves when everything is said. */
  settled(): Promise<void>;
}

type Script = (message: InboundMessage) => Partial<Reply> | null;

/** A bot that says of each message that it heard it, unless told otherwise. */
export function scriptedBot(
  script: Script = ({ text }) => ({ text: `You said: ${text}` }),
  parts: Partial<SlackHost> = {},
): ScriptedBot {
  const received: InboundMessage[] = [];
  const told: ToldEvent[] = [];
  const keys = new Set<string>();
  const conversations = new Set<string>();
  const running = new Set<Promise<void>>();
  let failures = 0;
  let gate = Promise.resolve();
  let nextGate: Promise<void> | null = null;
  let channel: Channel | null = null;
  const call = { signal: new AbortController().signal };

  const isNew = (instance: string, dedupeKeys: readonly string[]): boolean => {
    const names = dedupeKeys.map((key) => `${instance} ${key}`);
    const isKnown = names.some((name) => keys.has(name));
    for (const name of names) keys.add(name);
    return !isKnown;
  };

  const say: ScriptedBot["say"] = async (
    address,
    reply,
    key = `reply:${keys.size}:${received.length}`,
  ) => {
    const message = { key: effectKey(key), address, reply: aReply(reply), timings: {} };
    await channel?.post(message, call);
  };

  const answer = (message: InboundMessage): void => {
    const reply = script(message);
    if (reply === null) return;
    const work = say(message.address, reply, `reply:${message.id}`);
    running.add(work);
    work.then(
      () => running.delete(work),
      () => running.delete(work),
    );
  };

  const inbox: SlackHost["inbox"] = {
    async receive(message, dedupeKeys) {
      const own = nextGate;
      nextGate = null;
      await Promise.all([gate, own]);
      if (failures > 0) {
        failures -= 1;
        throw new FrontdeskError("store_unavailable", "the store is away", { retryable: true });
      }
      if (!isNew(message.address.conversationId, dedupeKeys)) return false;
      conversations.add(message.address.conversationId);
      received.push(message);
      answer(message);
      return true;
    },
    async tell(instance, event, dedupeKeys) {
      await gate;
      if (!isNew(instance.id, dedupeKeys)) return false;
      told.push({ instance, event });
      return true;
    },
  };

  return {
    received,
    told,
    say,
    host: {
      inbox,
      retriever: null,
      knowledge: null,
      shelf: null,
      office: null,
      desk: null,
      isKnown: (id) => Promise.resolve(conversations.has(id)),
      onFeedback: () => Promise.resolve(),
      ...parts,
    },
    failNext(times) {
      failures += times;
    },
    hold() {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    speakThrough(given) {
      channel = given;
    },
    holdNext() {
      let open = (): void => {};
      nextGate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** An address of a thread, for things that are said without being asked. */
export function threadAddress(team: string, channel: string, thread: string): ReplyAddress {
  return {
    platform: "slack",
    conversationId: conversationId(`slack:${team}:${channel}:${thread}`),
    channelId: channel,
    threadId: thread,
    replyTo: messageId(`${channel}/${thread}`),
    ephemeral: false,
  };
}
