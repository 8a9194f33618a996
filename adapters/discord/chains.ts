import { z } from "zod";
import { type ConversationId, conversationId } from "../../src/core/index.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { replyTarget, type Said } from "./decode.ts";
import type { DiscordMessage } from "./payloads.ts";
import { fetchMessage } from "./posted.ts";

/** Replies under a first message are one conversation. */
export interface Chains {
  /** The root that was noted for it, or the first message above it; itself when it replies to nothing. */
  rootOf(said: Said, call: DiscordCall): Promise<string>;
  /** What stands above a message in its chain, oldest first. */
  above(said: Said, call: DiscordCall): Promise<readonly DiscordMessage[]>;
  note(message: string, root: string): Promise<void>;
  /** The root that was noted for a message. */
  noted(message: string): Promise<string | null>;
  /** What stands elsewhere than its conversation belongs to it all the same: by the mark on its buttons. */
  noteTalk(mark: string, conversation: ConversationId): Promise<void>;
  /** The conversation that was noted for a mark; null for all that stands where it belongs. */
  talkOf(mark: string): Promise<ConversationId | null>;
}

const KEPT_MS = 14 * 24 * 3_600_000;
/** Nobody reads further up. */
const MAX_STEPS = 12;

export function createChains(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
}): Chains {
  const { api, memory } = options;
  const noted: Chains["noted"] = (id) => memory.get(`root:${id}`, z.string());

  const above: Chains["above"] = async (said, call) => {
    const found: DiscordMessage[] = [];
    let next = said.replyTo?.id ?? null;
    while (next !== null && found.length < MAX_STEPS) {
      const message = await fetchMessage(api, said.channel, next, call);
      if (message === null) break;
      found.push(message);
      next = replyTarget(message);
    }
    return found.toReversed();
  };

  return {
    above,
    noted,
    note: (message, root) => memory.set(`root:${message}`, root, KEPT_MS),
    noteTalk: (mark, conversation) => memory.set(`talk:${mark}`, conversation, KEPT_MS),
    async talkOf(mark) {
      const id = mark === "" ? null : await memory.get(`talk:${mark}`, z.string());
      return id === null ? null : conversationId(id);
    },
    async rootOf(said, call) {
      const { replyTo, id } = said;
      // What was taken in stays where it was, whatever became of what it replies to.
      const own = await noted(id);
      if (own !== null) return own;
      if (replyTo === null) return id;
      const known =
        (await noted(replyTo.id)) ??
        (replyTo.replyTo === null ? null : await noted(replyTo.replyTo));
      if (known !== null) return known;
      let last = replyTo.id;
      let next = replyTo.replyTo ?? replyTo.id;
      for (let steps = 0; steps < MAX_STEPS; steps += 1) {
        const root = await noted(next);
        if (root !== null) return root;
        const message = await fetchMessage(api, said.channel, next, call).catch(() => null);
        last = message === null ? last : next;
        const further = replyTarget(message);
        if (further === null) return last;
        next = further;
      }
      return last;
    },
  };
}
