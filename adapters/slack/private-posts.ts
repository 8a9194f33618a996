import { createHash } from "node:crypto";
import { z } from "zod";
import {
  isFrontdeskError,
  LANGUAGES,
  type Language,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Errands } from "../shared/errands.ts";
import type { Remembered } from "../shared/remembered.ts";
import { ACTIONS } from "./action-ids.ts";
import { isActiveThread } from "./active-threads.ts";
import { actionsBlock, button, contextBlock, type SlackBlock, sectionBlock } from "./blocks.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { certainlyNotSent, isOfForm, slackErrorName } from "./errors.ts";
import { isDirect, parseSlackConversation } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import type { StandIns } from "./stand-ins.ts";

/** What a message says. */
interface PrivateContent {
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
  /** All that is to be read in it, for when Slack does not take the blocks; default `text`. */
  readonly plain?: string;
}

/** A message on its way to one person. */
interface PrivatePost {
  /** Names it for ever. */
  readonly key: string;
  readonly user: string;
  readonly place: Pick<ReplyAddress, "conversationId" | "channelId" | "threadId">;
  readonly content: PrivateContent;
  readonly language: Language;
  /** Of the press that it answers; goes before what is remembered of the conversation. */
  readonly responseUrl?: string | null;
  /**
   * It answers a command or a question; `question`: which, for a reader who sees it elsewhere, on the first of its messages.
   * `askedAt`: when, in milliseconds since the epoch; null or absent when that is not known.
   */
  readonly answers?: { readonly question: string | null; readonly askedAt?: number | null };
}

/**
 * Messages that only one person sees. Slack neither tells which of them arrived nor knows one again, so one of which it did
 * not say what became of it is never sent a second time by itself: its reader is told, and gets it at the press of a button.
 */
export interface PrivatePosts {
  /**
   * Sends by response URL, else as an ephemeral message, else as a direct message; to what was asked more than half an hour ago
   * as a direct message first, for Slack shows ephemeral ones to who is there at the moment. Called again with the same key, it sends
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
/** Who asked in a thread is still there for so long. */
const PRESENT_MS = PRESS_MS;

const openAnswer = z.object({ channel: z.object({ id: z.string() }) });
const ephemeralAnswer = z.object({ message_ts: z.string() });
const keptSchema = z.object({
  text: z.string(),
  blocks: z.array(z.custom<SlackBlock>((block) => typeof block === "object")).optional(),
  plain: z.string().optional(),
});

function contentOf({ text, blocks, plain }: z.infer<typeof keptSchema>): PrivateContent {
  return {
    text,
    ...(blocks === undefined ? {} : { blocks }),
    ...(plain === undefined ? {} : { plain }),
  };
}
const againSchema = z.object({ id: z.string(), url: z.string(), language: z.enum(LANGUAGES) });

/** Slack does not take a message there: the person is written to directly. */
const NOT_THERE = new Set([
  "not_in_channel",
  "channel_not_found",
  "user_not_in_channel",
  "is_archived",
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "channel_type_not_supported",
  "method_not_supported_for_channel_type",
]);

/** Sends it without its blocks when Slack refuses them: an answer without its buttons is better than none. */
async function elsePlain(
  { plain, ...content }: PrivateContent,
  send: (content: Omit<PrivateContent, "plain">) => Promise<void>,
): Promise<void> {
  try {
    await send(content);
  } catch (error) {
    if (content.blocks === undefined || !isOfForm(error)) throw error;
    await send({ text: plain ?? content.text });
  }
}

/** A direct message says what it answers: it stands far from the question. */
function withQuestion({ content, place, language, answers }: PrivatePost): PrivateContent {
  const question = answers?.question ?? "";
  if (question.trim() === "") return content;
  const where = isDirect(place.channelId) ? null : `<#${place.channelId}>`;
  const line = slackLabels(language).answersThis(mrkdwnLine(cut(question, 200)), where);
  const { text, blocks, plain = text } = content;
  const below = blocks === undefined ? [sectionBlock(cut(text, 2_900))] : blocks;
  return { text, blocks: [contextBlock([line]), ...below], plain: `${line}\n${plain}` };
}

export function createPrivatePosts(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly urls: ResponseUrls;
  readonly errands: Errands;
  readonly standIns: StandIns;
  readonly clock: Clock;
}): PrivatePosts {
  const { api, memory, urls, errands, standIns, clock } = options;

  const byDirectMessage = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    const { channel } = await api.call(
      "conversations.open",
      { users: post.user },
      openAnswer,
      call,
    );
    await elsePlain(withQuestion(post), async (content) => {
      const ts = await api.post(post.key, { channel: channel.id, ...content }, call);
      await standIns.note(channel.id, ts, post.place);
    });
  };

  const byEphemeral = async (
    { place, user, content }: PrivatePost,
    call: SlackCall,
  ): Promise<void> => {
    const { channelId: channel, threadId } = place;
    const isInThread =
      threadId !== null && (await isActiveThread(api, { channel, thread: threadId }, call));
    const where = isInThread ? { channel, thread_ts: threadId } : { channel };
    await elsePlain(content, async (said) => {
      const args = { ...where, user, ...said };
      const expecting = { ...call, expects: NOT_THERE };
      const { message_ts: ts } = await api.call(
        "chat.postEphemeral",
        args,
        ephemeralAnswer,
        expecting,
      );
      if (threadId !== null && !isInThread) await standIns.note(channel, ts, place);
    });
  };

  const byMessage = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    try {
      await byEphemeral(post, call);
    } catch (error) {
      if (!NOT_THERE.has(slackErrorName(error) ?? "")) throw error;
      await byDirectMessage(post, call);
    }
  };

  /** Who asked half an hour ago may be gone, and would never see what is shown to who is there. */
  const byLateMessage = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    try {
      await byDirectMessage(post, call);
    } catch (error) {
      if (!isFrontdeskError(error, "delivery_rejected")) throw error;
      await byEphemeral(post, call);
    }
  };

  /** False when there is no URL any more that takes it. */
  const byUrl = async (
    { place, user, content, responseUrl = null }: PrivatePost,
    call: SlackCall,
  ): Promise<boolean> => {
    const isOwn = responseUrl !== null && (await urls.use(responseUrl));
    const url = isOwn ? responseUrl : await urls.take(place.conversationId, user);
    if (url === null) return false;
    // What was pressed may be an answer that its reader still needs: only who put it there replaces it.
    const how = { response_type: "ephemeral", replace_original: false };
    try {
      await elsePlain(content, (said) => urls.respond(url, { ...said, ...how }, call));
      return true;
    } catch (error) {
      if (isFrontdeskError(error, "delivery_rejected")) return false;
      throw error;
    }
  };

  /** Whether whoever asked may have gone meanwhile. */
  const isLate = async ({ answers, place, user }: PrivatePost): Promise<boolean> => {
    if (answers === undefined) return false;
    const { conversationId } = place;
    const isCommand = parseSlackConversation(conversationId)?.kind === "slash";
    if (isCommand) return !(await urls.isFresh(conversationId, user));
    const { askedAt = null } = answers;
    return askedAt !== null && clock.now() - askedAt > PRESENT_MS;
  };

  const deliver = async (post: PrivatePost, call: SlackCall): Promise<void> => {
    if (await byUrl(post, call)) return;
    await ((await isLate(post)) ? byLateMessage(post, call) : byMessage(post, call));
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
    await elsePlain(kept === null ? { text: gone } : contentOf(kept), (said) =>
      urls.respond(url, { ...said, replace_original: true }, { signal }),
    );
    return "done";
  });

  return {
    async send(post, call) {
      const [sent, tried] = [`sent:${post.key}`, `tried:${post.key}`];
      if ((await memory.get(sent, z.literal(true))) !== null) return;
      // Whoever is cut off from here on may have sent it.
      call.signal.throwIfAborted();
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
