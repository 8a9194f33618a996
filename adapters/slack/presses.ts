import { z } from "zod";
import { detectLanguage, LANGUAGES, type Language, mayEdit, userId } from "../../src/core/index.ts";
import { judgeableTitles } from "../shared/judging.ts";
import { KEEP_SHORTCUT } from "./action-ids.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import { contextBlock } from "./blocks.ts";
import { createChoices } from "./choices.ts";
import { commandLabels } from "./command-labels.ts";
import type { Commands } from "./commands.ts";
import { readSaid, type Said } from "./decode.ts";
import type { PressedAt, SlackPress } from "./decode-interaction.ts";
import { isDirect, slackMessageId } from "./ids.ts";
import type { Intake } from "./intake.ts";
import { slackLabels } from "./labels.ts";
import type { SlackMarks } from "./marks.ts";
import type { Notices } from "./notices.ts";
import { messageSchema } from "./payloads.ts";
import { isGone, partMetadata, partsOf, postedParts } from "./posted.ts";
import { addressOf, type PressPlace, placeOf } from "./press-place.ts";
import { cut, escapeMrkdwn, mrkdwnLine } from "./safe-text.ts";
import { isAllowed } from "./settings.ts";
import type { Share } from "./share.ts";
import { createShortcut } from "./shortcut.ts";
import { createStopping } from "./stopping.ts";
import { threadAddress } from "./thread-address.ts";

/** Does what people press. Resolves when it is durable. */
export interface Presses {
  act(press: SlackPress): Promise<AckBody>;
}

const page = z.object({ messages: z.array(messageSchema) });
const HOUR_MS = 3_600_000;

const goodbyeSchema = z.object({
  channel: z.string(),
  thread: z.string(),
  language: z.enum(LANGUAGES),
});
const thanksSchema = z.object({
  channel: z.string(),
  thread: z.string().nullable(),
  user: z.string(),
  titles: z.array(z.string()),
  language: z.enum(LANGUAGES),
});
const wishSchema = z.object({
  channel: z.string(),
  thread: z.string().nullable(),
  user: z.string(),
  responseUrl: z.string().nullable(),
  language: z.enum(LANGUAGES),
  ts: z.string(),
});

function languageOf(text: string): Language {
  return LANGUAGES.find((language) => language === text) ?? "en";
}

export function createPresses(
  parts: AdapterParts,
  {
    intake,
    notices,
    commands,
    share,
    marks,
  }: {
    readonly intake: Intake;
    readonly notices: Notices;
    readonly commands: Commands;
    readonly share: Share;
    readonly marks: SlackMarks | null;
  },
): Presses {
  const {
    host,
    settings,
    people,
    api,
    urls,
    errands,
    posts,
    standIns,
    given,
    clock,
    logger,
    signal,
  } = parts;
  const call = { signal };
  const team = async (): Promise<string> => (await parts.identity()).team;
  const shortcut = createShortcut(parts, commands, notices);

  /** Whoever may not use the bot here is told so, once an hour. */
  const isWelcome = async (at: PressPlace, language: Language): Promise<boolean> => {
    if (isAllowed(settings, { ...at, isDirect: isDirect(at.channel) })) return true;
    await notices.whisperOnce("refused", at, slackLabels(language).notAllowed);
    return false;
  };

  const choices = createChoices(parts, isWelcome, notices);

  const feedback = async (press: Extract<SlackPress, { type: "feedback" }>): Promise<void> => {
    const at = placeOf(press.at);
    if (at === null) return;
    const { conversationId } = addressOf(at, await team());
    const { value, answerId } = press;
    const shown = at.message?.text ?? "";
    const unknown = { asked: null, question: null, answer: shown, citations: [], confidence: null };
    const about = (await given.find(answerId)) ?? unknown;
    await host.onFeedback({
      ...about,
      value,
      at: clock.now(),
      platform: "slack",
      conversationId,
      messageId: slackMessageId(at.channel, at.ts),
      userId: userId(at.user),
    });
    logger.info({ conversationId, value }, "feedback on an answer");
    const titles = value === "bad" ? judgeableTitles(about.citations) : [];
    const language = detectLanguage(shown);
    const { channel, thread, user } = at;
    await errands.give("thanks", press.at.pressId, { channel, thread, user, titles, language });
  };

  /** Only Slack may know who is an editor, and that may take longer than an acknowledgement. */
  errands.handle("thanks", HOUR_MS, async (payload, { id }) => {
    const { titles, language, ...reader } = thanksSchema.parse(payload);
    const { thanks } = slackLabels(language);
    const canJudge = titles.length > 0 && host.knowledge?.standings !== undefined;
    const isEditor = canJudge && mayEdit(await people.principal(reader.user, call));
    const shown = titles.map((title) => mrkdwnLine(cut(title, 100)));
    const command = `${settings.commands.kb} hide|boost <${language === "zh" ? "标题" : "title"}>`;
    const hint = commandLabels(language).judgeHint(shown, escapeMrkdwn(command));
    await notices.whisper(reader, isEditor ? `${thanks} ${hint}` : thanks, { id });
    return "done";
  });

  /** A message of the thread that somebody spoke, now asked by whoever pressed. */
  const askPerson = async (press: Extract<SlackPress, { type: "person" }>): Promise<void> => {
    const at = placeOf(press.at);
    const language = languageOf(press.language);
    if (at === null || !(await isWelcome(at, language))) return;
    const { askPersonWords } = slackLabels(language);
    if (at.isEphemeral && at.thread === null) {
      const words = { text: askPersonWords, attachments: [], isQuestion: false };
      // Elsewhere nobody would know where a press on what answers it belongs.
      const responseUrl = at.isStandIn === true ? null : at.responseUrl;
      await commands.ask({ ...at, ...words, responseUrl, id: at.pressId });
      return;
    }
    const said = {
      channel: at.channel,
      ts: at.ts,
      thread: at.thread,
      user: at.user,
      text: askPersonWords,
    };
    await intake.receive(
      { ...said, botId: null, attachments: [], isMention: true },
      {
        isAddressed: true,
        // What only he saw he alone goes on with.
        isPrivate: at.isEphemeral,
        variant: `person.${at.user}`,
        dedupeKeys: [`person:${at.channel}:${at.ts}:${at.user}`],
      },
    );
  };

  const mute = async (press: Extract<SlackPress, { type: "mute" }>): Promise<void> => {
    const at = placeOf(press.at);
    const language = languageOf(press.language);
    if (at === null || !(await isWelcome(at, language))) return;
    const thread = at.thread ?? at.ts;
    if (await parts.rules.isMuted(at.channel, thread)) return;
    await parts.rules.setMuted(at.channel, thread, true);
    await errands.give("goodbye", at.pressId, { channel: at.channel, thread, language });
  };

  errands.handle("goodbye", HOUR_MS, async (payload, { id, isAgain }) => {
    const { channel, thread, language } = goodbyeSchema.parse(payload);
    const key = `mute:${id}`;
    const address = threadAddress(await team(), { channel, ts: thread, thread }, null);
    const isThere = async (): Promise<boolean> =>
      partsOf(await postedParts(api, address, call), key).length > 0;
    if (isAgain && (await isThere())) return "done";
    const text = slackLabels(language).stoppedListening;
    const metadata = partMetadata({ k: key, p: 0, n: 1, q: null });
    const blocks = [contextBlock([text])];
    await api.post(key, { channel, thread_ts: thread, text, blocks, metadata }, call);
    return "done";
  });

  /** The message that a button speaks of, as Slack has it now. */
  const fetchSaid = async (
    channel: string,
    thread: string | null,
    ts: string,
  ): Promise<Said | null> => {
    const range = { channel, oldest: ts, latest: ts, inclusive: true, limit: 10 };
    const asking =
      thread === null
        ? api.call("conversations.history", range, page, call)
        : api.call("conversations.replies", { ...range, ts: thread }, page, call);
    const { messages } = await asking.catch((error: unknown) => {
      if (isGone(error)) return { messages: [] };
      throw error;
    });
    const found = messages.find((message) => message.ts === ts);
    return found === undefined ? null : readSaid(found, channel, await parts.identity());
  };

  const answer = async (press: Extract<SlackPress, { type: "answer" }>): Promise<void> => {
    const at = placeOf(press.at);
    const language = detectLanguage(at?.message?.text ?? "");
    if (at === null || !(await isWelcome(at, language))) return;
    const { channel, thread, user, responseUrl } = at;
    const wish = { channel, thread, user, responseUrl, language, ts: press.ts };
    await errands.give("answer", `${channel}/${press.ts}`, wish);
  };

  /** Slack must be asked for the words, and that may take longer than an acknowledgement. */
  errands.handle("answer", HOUR_MS, async (payload) => {
    const { channel, thread, user, responseUrl, language, ts } = wishSchema.parse(payload);
    const said = await fetchSaid(channel, thread, ts);
    if (said === null) {
      const { questionGone } = slackLabels(language);
      const id = `gone:${channel}:${ts}:${user}`;
      await notices.whisper({ channel, thread, user }, questionGone, { id });
    } else {
      const dedupeKeys = [`said:${await team()}:${said.channel}:${said.ts}`];
      await intake.receive(said, { isAddressed: true, dedupeKeys, limit: null });
    }
    if (responseUrl !== null) await urls.respond(responseUrl, { delete_original: true }, call);
    return said === null ? "undone" : "done";
  });

  const stopping = createStopping(parts, intake.stop, notices);

  const stop = async (at: PressedAt): Promise<void> => {
    const place = placeOf(at);
    const shown = place?.message?.text ?? "";
    if (place === null || !(await isWelcome(place, detectLanguage(shown)))) return;
    await stopping.byButton(place);
  };

  return {
    async act(press) {
      switch (press.type) {
        case "choose":
          await choices.choose({ ...press, at: await standIns.resolve(press.at) });
          return undefined;
        case "feedback":
          await feedback(press);
          return undefined;
        case "person":
          await askPerson({ ...press, at: await standIns.resolve(press.at) });
          return undefined;
        case "stop":
          await stop(press.at);
          return undefined;
        case "mute":
          await mute({ ...press, at: await standIns.resolve(press.at) });
          return undefined;
        case "share":
          await share.run(await standIns.resolve(press.at), press.shareId);
          return undefined;
        case "answer":
          await answer({ ...press, at: await standIns.resolve(press.at) });
          return undefined;
        case "prompt":
          await commands.prompt(press.at, press.text);
          return undefined;
        case "again":
          await posts.again(press.at, press.value);
          return undefined;
        case "shortcut":
          if (press.shortcut.callback_id === KEEP_SHORTCUT) await marks?.chosen(press.shortcut);
          else await shortcut.use(press.shortcut);
          return undefined;
        case "command":
          return commands.run(press.command);
        case "nothing":
          return undefined;
      }
    },
  };
}
