import { z } from "zod";
import {
  type Audience,
  assertNever,
  type ConversationId,
  detectLanguage,
  type InboundMessage,
  type MessageId,
  timeLimit,
  messageId as toMessageId,
} from "../../src/core/index.ts";
import { createLoopGuard } from "../shared/loop-guard.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { actionsBlock, button, contextBlock } from "./blocks.ts";
import { createCorrections } from "./corrections.ts";
import type { Said, SlackAct } from "./decode.ts";
import { createEarlierTalk } from "./earlier-talk.ts";
import { type Hearing, hear, rootOf } from "./hearing.ts";
import { isSharedTalk, slackConversationId, slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { createStopping } from "./stopping.ts";
import { MAX_MESSAGE_CHARACTERS } from "./text-in.ts";
import { threadAddress } from "./thread-address.ts";
import type { Trouble } from "./trouble.ts";
import { LOOK_UP_MS } from "./unless-late.ts";

const ALONE: Audience = { kind: "private" };
const DAY_MS = 24 * 3_600_000;
/** How long what was said before in a thread may take to read, where nobody waits for an acknowledgement. */
const PATIENT_MS = 20_000;

/** How something that was said goes in. */
interface IntakeOptions {
  readonly isAddressed: boolean;
  /** Who asks, when it is not the author (a shortcut, a button). */
  readonly asker?: string;
  /** A later version of the question. */
  readonly edition?: string | null;
  /** It was asked where nobody else saw it, and only its asker sees what answers it. Default false. */
  readonly isPrivate?: boolean;
  /** Makes this message another one than the plain one of the same `ts`. */
  readonly variant?: string | null;
  readonly dedupeKeys: readonly string[];
  /**
   * When to take somebody for what is known of him already. Default: soon enough for Slack's three seconds; null where
   * nobody waits for an acknowledgement.
   */
  readonly limit?: AbortSignal | null;
}

/** Takes in what happens in Slack. A call resolves when it is durable: only then may Slack be told so. */
export interface Intake {
  act(act: SlackAct, eventId: string): Promise<void>;
  /** What the rules of the channel say to something that was said. */
  hear(said: Said): Promise<Hearing>;
  /**
   * Does what they say. False when nothing was taken in.
   * @param limit as in {@link IntakeOptions.limit}
   */
  follow(
    said: Said,
    how: Hearing,
    dedupeKeys: readonly string[],
    limit: AbortSignal | null,
  ): Promise<boolean>;
  /** Hands a message over, whatever the rules of the channel say. False when it was known. */
  receive(said: Said, options: IntakeOptions): Promise<boolean>;
  /**
   * Asks the dialogue of a thread to stop what it does.
   * @param only if this person's question is being answered, and it is this message in one of its versions or what he chose
   *   when he was asked back about it (`ts` null: he, or an admin, pressed "Stop"); null whatever it is
   */
  stop(
    channel: string,
    thread: string,
    dedupeKey: string,
    only: { readonly by: string; readonly ts: string | null } | null,
  ): Promise<void>;
}

/** Name of what somebody asked, once it is taken in. */
export function askedName(user: string, ts: string): string {
  return `asked:${user}:${ts}`;
}

/** Under this name stands which version of a message was taken in last; none when it was never edited. */
function editionName(channel: string, ts: string): string {
  return `edition:${channel}/${ts}`;
}

/** Under this name it is remembered that a message of a conversation was taken in. */
export function takenName(id: ConversationId): string {
  return `taken:${id}`;
}

export function createIntake(parts: AdapterParts, notices: Notices): Intake {
  const { host, settings, memory, watermarks, status, background, clock, logger, signal } = parts;
  const call = { signal };
  const loops = createLoopGuard(parts.budget, "slack:loop:");
  const earlier = createEarlierTalk(parts);
  const hearing = { settings, rules: parts.rules, loops, isKnown: parts.participation.isKnown };

  const hearSaid = async (said: Said): Promise<Hearing> =>
    hear(said, (await parts.identity()).team, hearing);

  const remember = async (message: InboundMessage, said: Said): Promise<void> => {
    const { userId } = message.principal;
    const entry = {
      conversation: message.address.conversationId,
      question: message.text.slice(0, 200),
    };
    await memory.set(askedName(userId, said.ts), entry, 30 * DAY_MS);
  };

  /** The store knows of a conversation a moment later: until then, other processes know it from here. */
  const takePart = async (id: ConversationId): Promise<void> => {
    if (await parts.participation.isKnown(id)) return;
    await memory.set(takenName(id), true, DAY_MS);
    parts.participation.note(id);
  };

  const audienceOf = (channel: string, limit: AbortSignal | null): Promise<Audience> =>
    limit === null ? parts.audiences.of(channel, call) : parts.audiences.by(channel, limit, call);

  /** What was said, as the dialogue is told of it. */
  const messageOf = async (said: Said, options: IntakeOptions): Promise<InboundMessage> => {
    const { edition = null, variant = null, asker = said.user, isPrivate = false } = options;
    const { limit = timeLimit(LOOK_UP_MS) } = options;
    const { people } = parts;
    const { channel } = said;
    const { team } = await parts.identity();
    const [principal, audience, manner] = await Promise.all([
      limit === null ? people.principal(asker, call) : people.principalBy(asker, limit, call),
      isPrivate ? ALONE : audienceOf(channel, limit),
      parts.rules.mannerOf(channel),
    ]);
    const address = { ...threadAddress(team, said, edition, variant), ephemeral: isPrivate };
    return {
      id: slackMessageId(channel, said.ts, edition, variant),
      address,
      principal,
      audience,
      text: said.text === "" && said.attachments.length === 0 ? "help" : said.text,
      attachments: said.attachments,
      ...(edition === null ? {} : { revisionOf: slackMessageId(channel, said.ts) }),
      manner,
      // Talk that nobody addressed to the bot is answered before all or not at all.
      canAnswerPrivately: options.isAddressed && audience.kind === "shared",
      isSharedTalk: isSharedTalk(address.conversationId),
      isAddressed: options.isAddressed,
      receivedAt: clock.now(),
    };
  };

  const receive: Intake["receive"] = async (said, options) => {
    const { edition = null, variant = null, asker = said.user, isAddressed } = options;
    const whole = await messageOf(said, options);
    const { address, text } = whole;
    const message = { ...whole, text: text.slice(0, MAX_MESSAGE_CHARACTERS) };
    const language = detectLanguage(text);
    // Before the message: whoever answers it may be another process, and quick.
    if (isAddressed) await parts.askers.remember(address, { user: asker, language, asked: text });
    await takePart(address.conversationId);
    if (edition !== null) await memory.set(editionName(said.channel, said.ts), edition, DAY_MS);
    const isNew = await host.inbox.receive(message, options.dedupeKeys);
    if (!isNew) return false;
    if (said.botId !== null) await loops.count(`${said.channel}/${rootOf(said)}`);
    if (isAddressed) {
      // What a button says in somebody's name is no question of his.
      if (variant === null) await remember(message, said);
      status.received(address, language);
    }
    if (text.length > MAX_MESSAGE_CHARACTERS) {
      const { tooLong } = slackLabels(language);
      const to = { channel: said.channel, thread: address.threadId, user: asker };
      await notices.whisper(to, tooLong(MAX_MESSAGE_CHARACTERS), { id: `long:${message.id}` });
    }
    return true;
  };

  const offer = async (said: Said): Promise<void> => {
    const id = `offered:${said.channel}/${said.ts}`;
    if ((await memory.get(id, z.literal(true))) !== null) return;
    const language = detectLanguage(said.text);
    const labels = slackLabels(language);
    const blocks = [
      contextBlock([labels.shallIAnswer]),
      actionsBlock([
        button(ACTIONS.answer, labels.yesAnswer, said.ts, "primary"),
        button(ACTIONS.mute, labels.stopListening, language),
      ]),
    ];
    const to = { channel: said.channel, thread: rootOf(said), user: said.user };
    await notices.whisper(to, labels.shallIAnswer, { blocks, id });
    await memory.set(id, true, DAY_MS);
  };

  const follow: Intake["follow"] = async (said, how, dedupeKeys, limit) => {
    switch (how) {
      case "addressed":
        if (said.thread !== null && said.isMention)
          await parts.rules.setMuted(said.channel, rootOf(said), false);
        await earlier.bring(said, limit ?? timeLimit(PATIENT_MS));
        return receive(said, { isAddressed: true, dedupeKeys, limit });
      case "overheard":
        return receive(said, { isAddressed: false, dedupeKeys, limit });
      case "offer":
        await offer(said);
        return false;
      case "refuse": {
        const { notAllowed } = slackLabels(detectLanguage(said.text));
        const to = { channel: said.channel, thread: said.thread, user: said.user };
        await notices.whisperOnce("refused", to, notAllowed);
        return false;
      }
      case "ignore":
        return false;
      default:
        return assertNever(how);
    }
  };

  /** A message in its versions, and what its author chose when he was asked back about it. */
  const turnsOf = async (
    channel: string,
    ts: string,
    by: string,
  ): Promise<readonly MessageId[]> => {
    const edition = await memory.get(editionName(channel, ts), z.string());
    const versions = [slackMessageId(channel, ts), slackMessageId(channel, ts, edition)];
    const chosen = await parts.chosen.of(channel, ts, by);
    return [...new Set([...versions, ...chosen.map((press) => toMessageId(press.messageId))])];
  };

  const stop: Intake["stop"] = async (channel, thread, dedupeKey, only) => {
    const { team } = await parts.identity();
    const id = slackConversationId({ kind: "thread", team, channel, thread });
    if (!(await parts.participation.isKnown(id))) return;
    const whose = only === null ? {} : { by: only.by };
    const which =
      only === null || only.ts === null
        ? { isPressed: true }
        : { of: await turnsOf(channel, only.ts, only.by) };
    const event = { type: "stop.requested", ...whose, ...which, at: clock.now() };
    await host.inbox.tell({ kind: "dialogue", id }, event, [dedupeKey]);
  };

  const stopping = createStopping(parts, stop, notices);
  const corrections = createCorrections(parts, { receive, stop, follow, hear: hearSaid });

  return {
    receive,
    stop,
    follow,
    hear: hearSaid,
    async act(act, eventId) {
      switch (act.type) {
        case "said": {
          const { said } = act;
          const { team } = await parts.identity();
          const how = await hearSaid(said);
          const keys = [`event:${eventId}`, `said:${team}:${said.channel}:${said.ts}`];
          await follow(said, how, keys, timeLimit(LOOK_UP_MS));
          await watermarks.heard(said.channel, said.ts);
          return;
        }
        case "edited":
          return corrections.edited(act);
        case "deleted":
          return corrections.deleted(act);
        case "stopped":
          return stopping.byPlatform(act, eventId);
        case "joined": {
          await parts.audiences.changed(act.channel);
          const { userId } = await parts.identity();
          if (act.user === userId) {
            const isHere = (trouble: Trouble): boolean =>
              trouble.kind === "channel" && trouble.channel === act.channel;
            await parts.notes.mended(isHere);
            await watermarks.known(act.channel);
            background.run(
              "reading a channel",
              async () => void (await parts.audiences.of(act.channel, call)),
            );
          }
          return;
        }
        case "shared":
          return parts.audiences.seenShared(act.channel);
        case "own":
          // Else each of its answers would look like something new in its thread.
          await watermarks.heard(act.channel, act.ts);
          return;
        case "home-opened":
        case "marked":
        case "nothing":
          logger.debug({ eventId, type: act.type }, "an event without a message");
      }
    },
  };
}
