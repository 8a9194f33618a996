import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type Attachment,
  detectLanguage,
  type InboundMessage,
  type Language,
  timeLimit,
} from "../../src/core/index.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import { markdownBlock } from "./blocks.ts";
import { commandLabels } from "./command-labels.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { isDirect, isSharedTalk, slackConversationId, slackMessageId } from "./ids.ts";
import { askedName, type Intake } from "./intake.ts";
import type { KnowledgeCommands } from "./knowledge-commands.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import type { SlackCommand } from "./payloads.ts";
import { partMetadata } from "./posted.ts";
import { cleanLine, defuse, mrkdwnLine } from "./safe-text.ts";
import { isAllowed } from "./settings.ts";
import { MAX_MESSAGE_CHARACTERS, readText } from "./text-in.ts";
import { LOOK_UP_MS, unlessLate } from "./unless-late.ts";

/** Who pressed does not wait for longer. */
const WORTH_MS = 15 * 60_000;

/** As long as what was asked in a thread. */
const ASKED_MS = 30 * 24 * 3_600_000;

const promptSchema = z.object({ user: z.string(), text: z.string() });
const openAnswer = z.object({ channel: z.object({ id: z.string() }) });

/** A question whose answer only its asker sees. */
interface PrivateQuestion {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly responseUrl: string | null;
  readonly attachments: readonly Attachment[];
  /** The same for every delivery. */
  readonly id: string;
  /** The person's own words, worth showing him as asked of late; default true. */
  readonly isQuestion?: boolean;
}

/** Slash commands. */
export interface Commands {
  /** Gives what the person sees at once. */
  run(command: SlackCommand): Promise<AckBody>;
  /** Takes a question in whose answer only its asker sees. Resolves when it is durable. */
  ask(question: PrivateQuestion): Promise<void>;
  /** Asks a suggested question in the person's direct messages. Resolves when it is sure to be asked. */
  prompt(at: PressedAt, text: string): Promise<void>;
}

function ephemeralText(text: string): AckBody {
  return { response_type: "ephemeral", text };
}

export function createCommands(
  parts: AdapterParts,
  {
    intake,
    notices,
    knowledge,
  }: {
    readonly intake: Intake;
    readonly notices: Notices;
    readonly knowledge: KnowledgeCommands;
  },
): Commands {
  const { host, settings, api, memory, urls, errands, clock, signal } = parts;
  const call = { signal };

  const ask: Commands["ask"] = async (asking) => {
    const { channel, user, text, attachments, responseUrl, id, isQuestion = true } = asking;
    const { team } = await parts.identity();
    const [principal, manner] = await Promise.all([
      parts.people.principalBy(user, timeLimit(LOOK_UP_MS), call),
      parts.rules.mannerOf(channel),
    ]);
    const conversationId = slackConversationId({ kind: "slash", team, channel, user });
    const name = `cmd-${createHash("sha256").update(id).digest("hex").slice(0, 20)}`;
    const messageId = slackMessageId(channel, name);
    const message: InboundMessage = {
      id: messageId,
      address: {
        platform: "slack",
        conversationId,
        channelId: channel,
        threadId: null,
        replyTo: messageId,
        ephemeral: true,
      },
      principal,
      audience: { kind: "private" },
      text: text.slice(0, MAX_MESSAGE_CHARACTERS),
      attachments,
      manner,
      isSharedTalk: isSharedTalk(conversationId),
      isAddressed: true,
      receivedAt: clock.now(),
    };
    if (responseUrl !== null) await urls.remember(conversationId, user, responseUrl);
    const isNew = await host.inbox.receive(message, [`command:${id}`]);
    if (!isNew || !isQuestion) return;
    const entry = { conversation: conversationId, question: text.slice(0, 200) };
    await memory.set(askedName(user, (clock.now() / 1_000).toFixed(6)), entry, ASKED_MS);
  };

  /** The language that somebody has set, unless Slack is slow to say it. */
  const languageOf = (user: string, text: string): Promise<Language> =>
    unlessLate(parts.people.language(user, call), timeLimit(LOOK_UP_MS), () =>
      detectLanguage(text),
    );

  const runAsk = async (command: SlackCommand, text: string): Promise<AckBody> => {
    if (text === "") {
      const { askUsage } = commandLabels(await languageOf(command.user_id, text));
      return ephemeralText(askUsage(command.command));
    }
    await ask({
      channel: command.channel_id,
      user: command.user_id,
      text,
      attachments: [],
      responseUrl: command.response_url,
      id: command.trigger_id,
    });
    return ephemeralText(slackLabels(detectLanguage(text)).searching);
  };

  /** Puts the question where its answer is to stand. Direct messages hide what the bot has written: its own note of it counts. */
  const postQuestion = async (channel: string, id: string, text: string): Promise<string> => {
    const name = `prompted:${id}`;
    const posted = await memory.get(name, z.string());
    if (posted !== null) return posted;
    const quoted = `> ${defuse(cleanLine(text))}`;
    const metadata = partMetadata({ k: name, p: 0, n: 1, q: null });
    const content = { channel, text: mrkdwnLine(text), blocks: [markdownBlock(quoted)], metadata };
    const ts = await api.post(name, content, call);
    await memory.set(name, ts, WORTH_MS);
    return ts;
  };

  errands.handle("prompt", WORTH_MS, async (payload, { id }) => {
    const { user, text } = promptSchema.parse(payload);
    const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
    if (!isAllowed(settings, { user, channel: channel.id, isDirect: true })) {
      const { notAllowed } = slackLabels(detectLanguage(text));
      await notices.whisperOnce("refused", { channel: channel.id, thread: null, user }, notAllowed);
      return "done";
    }
    const ts = await postQuestion(channel.id, id, text);
    const said = { channel: channel.id, ts, thread: null, user, botId: null, text };
    await intake.receive(
      { ...said, attachments: [], isMention: true },
      // Not by its place: a question that was posted twice is asked once.
      { isAddressed: true, dedupeKeys: [`prompt:${id}`], limit: null },
    );
    return "done";
  });

  return {
    ask,
    async prompt({ user, pressId }, text) {
      await errands.give("prompt", `${user}:${pressId}`, { user, text });
    },
    async run(command) {
      const { channel_id: channel, user_id: user } = command;
      const { userId } = await parts.identity();
      const text = readText(command.text, userId);
      if (!isAllowed(settings, { user, channel, isDirect: isDirect(channel) })) {
        return ephemeralText(slackLabels(detectLanguage(text)).notAllowed);
      }
      if (command.command === settings.commands.ask) return runAsk(command, text);
      if (command.command === settings.commands.kb) return knowledge.run(command, text);
      const { help } = commandLabels(await languageOf(user, text));
      return ephemeralText(help(settings.commands.kb, settings.commands.ask));
    },
  };
}
