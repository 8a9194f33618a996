import { createHash } from "node:crypto";
import { z } from "zod";
import {
  isFrontdeskError,
  LANGUAGES,
  type Language,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Errands } from "../shared/errands.ts";
import type { Remembered } from "../shared/remembered.ts";
import { ACTIONS } from "./action-ids.ts";
import { actionsBlock, button, type SlackBlock, sectionBlock } from "./blocks.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { certainlyNotSent, slackErrorName } from "./errors.ts";
import { slackLabels } from "./labels.ts";
import type { ResponseUrls } from "./response-urls.ts";

/** What a message says. */
interface PrivateContent {
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
}

/** A message on its way to one person. */
interface PrivatePost {
  /** Names it for ever. */
  readonly key: string;
  readonly user: string;
  readonly place: Pick<ReplyAddress, "conversationId" | "channelId" | "threadId">;
  readonly content: PrivateContent;
  readonly language: Language;
}

/**
 * Messages that only one person sees. Slack neither tells which of them arrived nor knows one again, so one of which it did
 * not say what became of it is never sent a second time by itself: its reader is told, and gets it at the press of a button.
 */
export interface PrivatePosts {
  /**
   * Sends by response URL, else as an ephemeral message, else as a direct message. Called again with the same key, it sends
   * what certainly did not arrive, tells of what may have, and does nothing about the rest.
   * @throws FrontdeskError `rate_limited` | `delivery_uncertain` (retryable), `delivery_rejected`
   */
  send(post: PrivatePost, call: SlackCall): Promise<void>;
  /** The button was pressed. Resolves when it is sure to be done. */
  again(at: PressedAt, value: string): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** A press may be answered for half an hour. */
const PRESS_MS = 29 * 60_000;

const openAnswer = z.object({ channel: z.object({ id: z.string() }) });
const ephemeralAnswer = z.object({ message_ts: z.string() });
const keptSchema = z.object({ text: z.string(), blocks: z.array(z.unknown()).optional() });
const againSchema = z.object({ id: z.string(), url: z.string(), language: z.enum(LANGUAGES) });

/** Slack does not take a message there: the person is written to directly. */
const NOT_THERE = new Set(["not_in_channel", "channel_not_found", "user_not_in_channel"]);

export function createPrivatePosts(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly urls: ResponseUrls;
  readonly errands: Errands;
}): PrivatePosts {
  const { api, memory, urls, errands } = options;

  const byMessage = async (
    { place, user, key, content }: PrivatePost,
    call: SlackCall,
  ): Promise<void> => {
    const thread = place.threadId === null ? {} : { thread_ts: place.threadId };
    const args = { channel: place.channelId, user, ...content, ...thread };
    try {
      await api.call("chat.postEphemeral", args, ephemeralAnswer, { ...call, expects: NOT_THERE });
    } catch (error) {
      if (!NOT_THERE.has(slackErrorName(error) ?? "")) throw error;
      const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
      await api.post(key, { channel: channel.id, ...content }, call);
    }
  };

  /** False when there is no URL any more that takes it. */
  const byUrl = async (
    { place, user, content }: PrivatePost,
    call: SlackCall,
  ): Promise<boolean> => {
    const url = await urls.take(place.conversationId, user);
    if (url === null) return false;
    // What was pressed may be an answer that its reader still needs: only who put it there replaces it.
    const how = { response_type: "ephemeral", replace_original: false };
    try {
      await urls.respond(url, { ...content, ...how }, call);
      return true;
    } catch (error) {
      if (isFrontdeskError(error, "delivery_rejected")) return false;
      throw error;
    }
  };

  const deliver = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    if (!(await byUrl(post, call))) await byMessage(post, call);
  };

  /** The person decides whether it is missing. Of all messages only this line may come twice. */
  const tellInstead = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    const id = createHash("sha256").update(post.key).digest("base64url").slice(0, 22);
    await memory.set(`again:${id}`, post.content, DAY_MS);
    const { maybeLost, showAgain } = slackLabels(post.language);
    const blocks = [
      sectionBlock(maybeLost),
      actionsBlock([button(ACTIONS.again, showAgain, `${post.language}.${id}`, "primary")]),
    ];
    await deliver({ ...post, content: { text: maybeLost, blocks } }, call);
  };

  errands.handle("again", PRESS_MS, async (payload, { signal }) => {
    const { id, url, language } = againSchema.parse(payload);
    const kept = await memory.get(`again:${id}`, keptSchema);
    const { gone } = slackLabels(language);
    // It takes the place of the button, so that it stands there once however often it is sent.
    const body = { ...(kept ?? { text: gone }), replace_original: true };
    await urls.respond(url, body, { signal });
    return "done";
  });

  return {
    async send(post, call) {
      const [sent, tried] = [`sent:${post.key}`, `tried:${post.key}`];
      if ((await memory.get(sent, z.literal(true))) !== null) return;
      if (await memory.claim(tried, DAY_MS)) {
        try {
          await deliver(post, call);
        } catch (error) {
          if (certainlyNotSent(error)) await memory.delete(tried);
          throw error;
        }
      } else {
        await tellInstead(post, call);
      }
      await memory.set(sent, true, DAY_MS);
    },
    async again({ pressId, responseUrl: url }, value) {
      if (url === null) return;
      const [language, id] = value.split(".");
      await errands.give("again", pressId, { id, url, language });
    },
  };
}
