import { z } from "zod";
import { detectLanguage, LANGUAGES, type Language, userId } from "../../src/core/index.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import { contextBlock } from "./blocks.ts";
import { createChoices } from "./choices.ts";
import type { Commands } from "./commands.ts";
import { readSaid, type Said } from "./decode.ts";
import type { PressedAt, SlackPress } from "./decode-interaction.ts";
import { isDirect, slackMessageId } from "./ids.ts";
import type { Intake } from "./intake.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { messageSchema } from "./payloads.ts";
import { addressOf, type PressPlace, placeOf } from "./press-place.ts";
import { isAllowed } from "./settings.ts";
import type { Share } from "./share.ts";
import { createShortcut } from "./shortcut.ts";

/** Does what people press. Resolves when it is durable. */
export interface Presses {
  act(press: SlackPress): Promise<AckBody>;
}

const page = z.object({ messages: z.array(messageSchema) });

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
  }: {
    readonly intake: Intake;
    readonly notices: Notices;
    readonly commands: Commands;
    readonly share: Share;
  },
): Presses {
  const { host, settings, api, urls, background, given, clock, logger, signal } = parts;
  const call = { signal };
  const team = async (): Promise<string> => (await parts.identity()).team;
  const shortcut = createShortcut(parts, commands);

  /** Whoever may not use the bot here is told so, once an hour. */
  const isWelcome = async (at: PressPlace, language: Language): Promise<boolean> => {
    if (isAllowed(settings, { ...at, isDirect: isDirect(at.channel) })) return true;
    await notices.whisperOnce("refused", at, slackLabels(language).notAllowed);
    return false;
  };

  const choices = createChoices(parts, isWelcome);

  const feedback = async (press: Extract<SlackPress, { type: "feedback" }>): Promise<void> => {
    const at = placeOf(press.at);
    if (at === null) return;
    const { conversationId } = addressOf(at, await team());
    const { value, answerId } = press;
    const shown = at.message?.text ?? "";
    const unknown = { asked: null, question: null, answer: shown, citations: [], confidence: null };
    await host.onFeedback({
      ...((await given.find(answerId)) ?? unknown),
      value,
      at: clock.now(),
      platform: "slack",
      conversationId,
      messageId: slackMessageId(at.channel, at.ts),
      userId: userId(at.user),
    });
    logger.info({ conversationId, value }, "feedback on an answer");
    const { thanks } = slackLabels(detectLanguage(shown));
    notices.whisper({ channel: at.channel, thread: at.thread, user: at.user }, thanks);
  };

  /** A message of the thread that somebody spoke, now asked by whoever pressed. */
  const askPerson = async (press: Extract<SlackPress, { type: "person" }>): Promise<void> => {
    const at = placeOf(press.at);
    const language = languageOf(press.language);
    if (at === null || !(await isWelcome(at, language))) return;
    const { askPersonWords } = slackLabels(language);
    if (at.isEphemeral && at.thread === null) {
      await commands.ask({ ...at, text: askPersonWords, attachments: [], id: press.at.pressId });
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
    const text = slackLabels(language).stoppedListening;
    background.run("saying goodbye to a thread", async () => {
      const blocks = [contextBlock([text])];
      const content = { channel: at.channel, thread_ts: thread, text, blocks };
      await api.post(`mute/${thread}`, content, call);
    });
  };

  /** The message that a button speaks of, as Slack has it now. */
  const fetchSaid = async (
    channel: string,
    thread: string | null,
    ts: string,
  ): Promise<Said | null> => {
    const range = { channel, oldest: ts, latest: ts, inclusive: true, limit: 10 };
    const answer =
      thread === null
        ? await api.call("conversations.history", range, page, call)
        : await api.call("conversations.replies", { ...range, ts: thread }, page, call);
    const found = answer.messages.find((message) => message.ts === ts);
    return found === undefined ? null : readSaid(found, channel, await parts.identity());
  };

  const answer = async (press: Extract<SlackPress, { type: "answer" }>): Promise<void> => {
    const at = placeOf(press.at);
    if (at === null || !(await isWelcome(at, detectLanguage(at.message?.text ?? "")))) return;
    const said = await fetchSaid(at.channel, at.thread, press.ts);
    if (said === null) return;
    const { team } = await parts.identity();
    const dedupeKeys = [`said:${team}:${said.channel}:${said.ts}`];
    await intake.receive(said, { isAddressed: true, dedupeKeys });
    const { responseUrl } = at;
    if (responseUrl !== null) {
      background.run("taking an offer back", () =>
        urls.respond(responseUrl, { delete_original: true }, call),
      );
    }
  };

  const stop = async (at: PressedAt): Promise<void> => {
    const place = placeOf(at);
    const shown = place?.message?.text ?? "";
    if (place === null || !(await isWelcome(place, detectLanguage(shown)))) return;
    await intake.stop(place.channel, place.thread ?? place.ts, `stop:${place.channel}:${place.ts}`);
  };

  return {
    async act(press) {
      switch (press.type) {
        case "choose":
          await choices.choose(press);
          return undefined;
        case "feedback":
          await feedback(press);
          return undefined;
        case "person":
          await askPerson(press);
          return undefined;
        case "stop":
          await stop(press.at);
          return undefined;
        case "mute":
          await mute(press);
          return undefined;
        case "share":
          share.run(press.at, press.shareId);
          return undefined;
        case "answer":
          await answer(press);
          return undefined;
        case "prompt":
          commands.prompt(press.at.user, press.text);
          return undefined;
        case "shortcut":
          await shortcut.use(press.shortcut);
          return undefined;
        case "command":
          return commands.run(press.command);
        case "nothing":
          return undefined;
      }
    },
  };
}
