import { z } from "zod";
import type { Reply, ReplyAddress } from "../../src/core/index.ts";
import type { Receipt } from "../../src/ports/channel.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { button, row } from "./components.ts";
import { ACTIONS, markOf, nonceOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import { discordMessageId, parseDiscordMessage } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";
import { findPosted } from "./posted.ts";
import { postMessage } from "./posting.ts";
import type { Receipts } from "./receipts.ts";

/** The bot's own message in a channel that says to somebody that his answer is ready. */
export interface Announcements {
  /** @param of.name of the kept answer, which its button shows */
  post(
    message: {
      readonly key: string;
      readonly address: Pick<ReplyAddress, "threadId" | "channelId" | "replyTo">;
      readonly reply: Pick<Reply, "language">;
    },
    of: { readonly user: string; readonly name: string },
    call: DiscordCall,
  ): Promise<void>;
  /** Looks for the one of this message; null when there is none. */
  find(key: string, address: ReplyAddress, call: DiscordCall): Promise<Receipt | null>;
}

const KEPT_MS = 24 * 3_600_000;

/** Under this key it is noted which message announces an answer. */
export function announcedKey(key: string): string {
  return `announced/${key}`;
}

/** The key of the answer that is announced under this one; any other is given back as it is. */
export function ofAnnounced(key: string): string {
  return key.replace(/^announced\//u, "");
}

export function createAnnouncements(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly receipts: Receipts;
  readonly identity: () => Promise<DiscordIdentity>;
}): Announcements {
  const { api, memory, receipts, identity } = options;
  const triedName = (key: string): string => `announcing:${key}`;
  const channelOf = ({ threadId, channelId }: Pick<ReplyAddress, "threadId" | "channelId">) =>
    threadId ?? channelId;

  return {
    async post({ key, address, reply }, { user, name }, call) {
      const labels = discordLabels(reply.language);
      const place = { scope: "@", mark: markOf(key) };
      const components = [row([button(ACTIONS.show, labels.show, name, place)])];
      const content = labels.answerReady(`<@${user}>`);
      const nonce = nonceOf(`announce ${key}`, 0);
      const body = { content, components, ...QUIET, nonce, enforce_nonce: true };
      await memory.set(triedName(key), true, KEPT_MS);
      const channel = channelOf(address);
      const id = await postMessage(api, { channel, replyTo: null, body }, call);
      await receipts.note(announcedKey(key), { channel, n: 1, ids: [id] });
      const question = address.replyTo === null ? null : parseDiscordMessage(address.replyTo);
      // It goes with its question, and when that is answered anew.
      if (question !== null) await receipts.noteAnswer(question.id, announcedKey(key));
    },
    async find(key, address, call) {
      if ((await memory.get(triedName(key), z.literal(true))) === null) return null;
      const { userId: self } = await identity();
      const channel = channelOf(address);
      const of = { key, channel, question: null };
      const [id] = await findPosted({ api, receipts, self }, of, call);
      return id === undefined ? null : { messageId: discordMessageId(channel, id) };
    },
  };
}
