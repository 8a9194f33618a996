import { z } from "zod";
import { detectLanguage, type Language, timeLimit } from "../../src/core/index.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { contextBlock, sectionBlock } from "./blocks.ts";
import type { SlackPress } from "./decode-interaction.ts";
import { isOfForm } from "./errors.ts";
import { isSharedTalk, slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { messageSchema, type SlackMessagePayload } from "./payloads.ts";
import { addressOf, type PressPlace, placeOf } from "./press-place.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import { LOOK_UP_MS } from "./unless-late.ts";

/** Passes on what was chosen of a clarifying question. Resolves when it is durable. */
export interface Choices {
  choose(press: Extract<SlackPress, { type: "choose" }>): Promise<void>;
}

const anything = z.object({});
/** An answer to a press can be sent for half an hour. */
const WORTH_MS = 29 * 60_000;

/** What was pressed, as far as it is needed to show the choice. */
const shownSchema = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  isEphemeral: z.boolean(),
  responseUrl: z.string().nullable(),
  message: messageSchema.nullable(),
  label: z.string(),
});
type Shown = z.infer<typeof shownSchema>;

/** The message without its buttons, with a line in their place. */
function settledBlocks(message: SlackMessagePayload, line: string): readonly unknown[] {
  const rest = (message.blocks ?? []).filter(
    ({ type, block_id: id }) => type !== "actions" || id?.startsWith(ACTIONS.options) !== true,
  );
  return [...rest, contextBlock([line])];
}

/** @param isWelcome tells whoever may not use the bot here that it is so */
export function createChoices(
  parts: AdapterParts,
  isWelcome: (at: PressPlace, language: Language) => Promise<boolean>,
  notices: Notices,
): Choices {
  const { host, api, people, audiences, urls, errands, clock, signal } = parts;
  const call = { signal };

  const show = async (at: Shown): Promise<void> => {
    const { user, channel, ts, label, message, responseUrl } = at;
    const { displayName } = await people.principal(user, call);
    const labels = slackLabels(detectLanguage(message?.text ?? label));
    const line = labels.chosen(mrkdwnLine(label), mrkdwnLine(displayName));
    if (at.isEphemeral || message === null) {
      if (responseUrl === null) return;
      await urls.respond(responseUrl, { replace_original: true, text: line }, call);
      return;
    }
    const edit = (blocks: readonly unknown[]) =>
      api.call("chat.update", { channel, ts, text: line, blocks }, anything, call);
    try {
      await edit(settledBlocks(message, line));
    } catch (error) {
      // Slack has made blocks of its own of what was sent, and need not take them back as they are.
      if (!isOfForm(error)) throw error;
      await edit([sectionBlock(cut(message.text ?? "…", 2_900)), contextBlock([line])]);
    }
  };

  // Shown twice it stands there once: it takes the place of the buttons.
  errands.handle("choice", WORTH_MS, async (payload) => {
    await show(shownSchema.parse(payload));
    return "done";
  });

  return {
    async choose({ at: pressed, optionId, label, questionId }) {
      const at = placeOf(pressed);
      if (at === null || !(await isWelcome(at, detectLanguage(at.message?.text ?? label)))) return;
      const { team } = await parts.identity();
      const { channel, ts, user } = at;
      // A mended question may be asked back about anew in the same message: each version of that is answered once.
      const variant = questionId === "" ? null : questionId;
      const messageId = slackMessageId(channel, ts, null, variant);
      const address = { ...addressOf(at, team), replyTo: messageId };
      const limit = timeLimit(LOOK_UP_MS);
      const [principal, audience, manner] = await Promise.all([
        people.principalBy(at.user, limit, call),
        at.isEphemeral ? { kind: "private" as const } : audiences.by(at.channel, limit, call),
        parts.rules.mannerOf(at.channel),
      ]);
      // Of what is sent by URL Slack tells no `ts`: elsewhere, nobody would know where a press on it belongs.
      if (at.isEphemeral && at.responseUrl !== null && at.isStandIn !== true) {
        await urls.remember(address.conversationId, at.user, at.responseUrl);
      }
      const language = detectLanguage(at.message?.text ?? label);
      // The first who presses is its asker, nobody after him: what answers the choice is for his eyes.
      if (!(await parts.askers.claim(address, { user: at.user, language, asked: label }))) {
        const id = `chosen:${at.channel}:${at.ts}:${at.user}`;
        const responseUrl = at.isStandIn === true ? at.responseUrl : null;
        await notices.whisper(at, slackLabels(language).alreadyChosen, { id, responseUrl });
        return;
      }
      await parts.chosen.pressed({ channel, ts }, { user, messageId });
      const what = { type: "option.chosen", optionId, messageId, principal, audience, address };
      const how = {
        manner,
        canAnswerPrivately: audience.kind === "shared",
        isSharedTalk: isSharedTalk(address.conversationId),
      };
      const isNew = await host.inbox.tell(
        { kind: "dialogue", id: address.conversationId },
        { ...what, ...how, at: clock.now() },
        // A question is answered once, whoever is quicker.
        [`choice:${messageId}`],
      );
      if (!isNew) return;
      parts.status.received(address, language);
      const { isEphemeral, responseUrl, message } = at;
      const shown = { user, channel, ts, isEphemeral, responseUrl, message, label };
      await errands.give("choice", messageId, shown);
    },
  };
}
