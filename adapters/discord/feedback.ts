import { mayEdit, userId } from "../../src/core/index.ts";
import { judgeableTitles } from "../shared/judging.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import { ACTIONS, type CustomId, customId } from "./custom-ids.ts";
import type { From, Interaction } from "./decode-interaction.ts";
import { discordMessageId } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import { languageOf } from "./languages.ts";
import type { DiscordMessage } from "./payloads.ts";
import { conversationOfPress } from "./press-place.ts";
import type { Responder } from "./responder.ts";
import { plainLine } from "./safe-text.ts";

/** Thumbs under answers, and what was wrong. */
export interface Feedback {
  good(from: From, id: CustomId, message: DiscordMessage): Promise<void>;
  /** Notes it, and asks what was wrong. */
  bad(from: From, id: CustomId, message: DiscordMessage): Promise<void>;
  filled(form: Extract<Interaction, { type: "filled" }>): Promise<void>;
}

const MAX_NOTE = 1_000;

export function createFeedback(parts: AdapterParts, responder: Responder): Feedback {
  const { host, people, answers, clock, logger, chains, signal } = parts;

  const note = async (
    from: From,
    id: CustomId,
    message: DiscordMessage,
    value: "good" | "bad",
    words: string | null,
  ): Promise<void> => {
    const conversationId = await conversationOfPress(chains, from, id, message);
    const messageId = discordMessageId(from.channel, message.id);
    const { content: answer } = message;
    const unknown = { asked: null, question: null, answer, citations: [], confidence: null };
    await host.onFeedback({
      ...((await answers.given(id.mark)) ?? unknown),
      value,
      note: words,
      at: clock.now(),
      platform: "discord",
      conversationId,
      messageId,
      userId: userId(from.actor.user),
    });
    logger.info({ conversationId, value }, "feedback on an answer");
  };

  /** The platform has told who he is with the press: nobody is asked. */
  const thanksTo = async (from: From, id: CustomId): Promise<string> => {
    const language = languageOf(id.argument);
    const { thanks } = discordLabels(language);
    const titles = judgeableTitles((await answers.given(id.mark))?.citations ?? []);
    if (titles.length === 0 || host.knowledge?.standings === undefined) return thanks;
    if (!mayEdit(await people.principal(from.actor, { signal }))) return thanks;
    const shown = titles.map((title) => plainLine(title, 100));
    return `${thanks} ${commandLabels(language).judgeHint(shown, "/kb document")}`;
  };

  return {
    async good(from, id, message) {
      await responder.reply(from, { content: discordLabels(languageOf(id.argument)).thanks });
      await note(from, id, message, "good", null);
    },
    async bad(from, id, message) {
      const labels = discordLabels(languageOf(id.argument));
      await responder.form(from, {
        custom_id: customId({ ...id, action: ACTIONS.note }),
        title: labels.noteTitle,
        components: [
          {
            type: 18,
            label: labels.noteLabel,
            component: {
              type: 4,
              custom_id: "words",
              style: 2,
              required: false,
              max_length: MAX_NOTE,
            },
          },
        ],
      });
      await note(from, id, message, "bad", null);
    },
    async filled({ from, id, text, message }) {
      const content = await thanksTo(from, id);
      await responder.reply(from, { content });
      if (message === null || text.trim() === "") return;
      await note(from, id, message, "bad", text.trim().slice(0, MAX_NOTE));
    },
  };
}
