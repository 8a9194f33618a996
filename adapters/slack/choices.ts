import { z } from "zod";
import { detectLanguage, type Language, timeLimit } from "../../src/core/index.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { contextBlock } from "./blocks.ts";
import type { SlackPress } from "./decode-interaction.ts";
import { slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { SlackMessagePayload } from "./payloads.ts";
import { addressOf, type PressPlace, placeOf } from "./press-place.ts";
import { mrkdwnLine } from "./safe-text.ts";
import { LOOK_UP_MS } from "./unless-late.ts";

/** Passes on what was chosen of a clarifying question. Resolves when it is durable. */
export interface Choices {
  choose(press: Extract<SlackPress, { type: "choose" }>): Promise<void>;
}

const anything = z.object({});

/** The message without its buttons, with a line in their place. */
function settledBlocks(message: SlackMessagePayload, line: string): readonly unknown[] {
  const rest = (message.blocks ?? []).filter(
    ({ type, block_id: id }) => type !== "actions" || id !== ACTIONS.options,
  );
  return [...rest, contextBlock([line])];
}

/** @param isWelcome tells whoever may not use the bot here that it is so */
export function createChoices(
  parts: AdapterParts,
  isWelcome: (at: PressPlace, language: Language) => Promise<boolean>,
): Choices {
  const { host, api, people, audiences, urls, background, clock, signal } = parts;
  const call = { signal };

  const show = async (at: PressPlace, label: string): Promise<void> => {
    const { displayName } = await people.principal(at.user, call);
    const labels = slackLabels(detectLanguage(at.message?.text ?? label));
    const line = labels.chosen(mrkdwnLine(label), mrkdwnLine(displayName));
    if (at.isEphemeral || at.message === null) {
      if (at.responseUrl === null) return;
      await urls.respond(at.responseUrl, { replace_original: true, text: line }, call);
      return;
    }
    const { channel, ts, message } = at;
    const args = { channel, ts, text: line, blocks: settledBlocks(message, line) };
    await api.call("chat.update", args, anything, call);
  };

  return {
    async choose({ at: pressed, optionId, label }) {
      const at = placeOf(pressed);
      if (at === null || !(await isWelcome(at, detectLanguage(at.message?.text ?? label)))) return;
      const { team } = await parts.identity();
      const address = addressOf(at, team);
      const limit = timeLimit(LOOK_UP_MS);
      const [principal, audience, manner] = await Promise.all([
        people.principalBy(at.user, limit, call),
        at.isEphemeral ? { kind: "private" as const } : audiences.by(at.channel, limit, call),
        parts.rules.mannerOf(at.channel),
      ]);
      if (at.isEphemeral && at.responseUrl !== null) {
        await urls.remember(address.conversationId, at.responseUrl);
      }
      const messageId = slackMessageId(at.channel, at.ts);
      const language = detectLanguage(at.message?.text ?? label);
      await parts.askers.remember(address, { user: at.user, language, asked: label });
      const what = { type: "option.chosen", optionId, messageId, principal, audience, address };
      const how = { manner, canAnswerPrivately: audience.kind === "shared" };
      const isNew = await host.inbox.tell(
        { kind: "dialogue", id: address.conversationId },
        { ...what, ...how, at: clock.now() },
        // A question is answered once, whoever is quicker.
        [`choice:${at.channel}:${at.ts}`],
      );
      if (!isNew) return;
      parts.status.received(address, language);
      background.run("showing a choice", () => show(at, label));
    },
  };
}
