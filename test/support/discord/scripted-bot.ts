import type { DiscordHost } from "../../../adapters/discord/index.ts";
import {
  effectKey,
  FrontdeskError,
  type InboundMessage,
  type InstanceAddress,
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
  readonly host: DiscordHost;
  /** What was taken in, each message once. */
  readonly received: readonly InboundMessage[];
  readonly told: readonly ToldEvent[];
  /** The next `times` messages cannot be stored. */
  failNext(times: number): void;
  /** Over the next `times` events that are told the process dies. */
  dieNext(times: number): void;
  /** Where answers go. */
  speakThrough(channel: Channel): void;
  /** Says something in an address, as the engine would. */
  say(address: ReplyAddress, reply: Partial<Reply>, key: string): Promise<void>;
}

type Script = (message: InboundMessage) => Partial<Reply> | null;

/** A bot that says of each message that it heard it, unless told otherwise. */
export function scriptedBot(
  script: Script = ({ text }) => ({ text: `You said: ${text}` }),
  parts: Partial<DiscordHost> = {},
): ScriptedBot {
  const received: InboundMessage[] = [];
  const told: ToldEvent[] = [];
  const keys = new Set<string>();
  const conversations = new Set<string>();
  const call = { signal: new AbortController().signal };
  let failures = 0;
  let deaths = 0;
  let channel: Channel | null = null;

  const isNew = (instance: string, dedupeKeys: readonly string[]): boolean => {
    const names = dedupeKeys.map((key) => `${instance} ${key}`);
    const isKnown = names.some((name) => keys.has(name));
    for (const name of names) keys.add(name);
    return !isKnown;
  };

  const say: ScriptedBot["say"] = async (address, reply, key) => {
    const message = { key: effectKey(key), address, reply: aReply(reply), timings: {} };
    await channel?.post(message, call);
  };

  const inbox: DiscordHost["inbox"] = {
    receive(message, dedupeKeys) {
      if (failures > 0) {
        failures -= 1;
        const how = { retryable: true };
        return Promise.reject(new FrontdeskError("store_unavailable", "the store is away", how));
      }
      if (!isNew(message.address.conversationId, dedupeKeys)) return Promise.resolve(false);
      conversations.add(message.address.conversationId);
      received.push(message);
      const reply = script(message);
      if (reply !== null) say(message.address, reply, `reply:${message.id}`).catch(() => {});
      return Promise.resolve(true);
    },
    tell(instance, event, dedupeKeys) {
      if (deaths > 0) {
        deaths -= 1;
        return Promise.reject(new Error("the process dies here"));
      }
      if (!isNew(instance.id, dedupeKeys)) return Promise.resolve(false);
      told.push({ instance, event });
      return Promise.resolve(true);
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
      titles: null,
      office: null,
      typing: null,
      isKnown: (id) => Promise.resolve(conversations.has(id)),
      onFeedback: () => Promise.resolve(),
      ...parts,
    },
    failNext(times) {
      failures += times;
    },
    dieNext(times) {
      deaths += times;
    },
    speakThrough(given) {
      channel = given;
    },
  };
}
