import type { Attachment } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { createCompletion } from "./completion.ts";
import { readSaid } from "./decode.ts";
import { decodeInteraction, type From, type Interaction } from "./decode-interaction.ts";
import { createFeedback } from "./feedback.ts";
import { createKnowledgeCommands } from "./knowledge-commands.ts";
import { discordLabels } from "./labels.ts";
import type { DiscordMarks } from "./marks.ts";
import type { Notices } from "./notices.ts";
import { createOrTell } from "./or-tell.ts";
import { createPresses } from "./presses.ts";
import { createPrivateQuestions } from "./private-questions.ts";
import { createResponder } from "./responder.ts";
import { isAllowed } from "./settings.ts";
import { createShare } from "./share.ts";
import type { Intake } from "./taking-in.ts";

/** Does what people call, press and fill in. Resolves when it is durable. */
export interface Interactions {
  act(data: unknown): Promise<void>;
}

export function createInteractions(
  parts: AdapterParts,
  intake: Intake,
  notices: Notices,
  marks: DiscordMarks | null,
): Interactions {
  const { settings, api, logger, signal } = parts;
  const call = { signal };
  const responder = createResponder(api, call);
  const questions = createPrivateQuestions(parts);
  const knowledge = createKnowledgeCommands(parts, responder);
  const completion = createCompletion(parts);
  const feedback = createFeedback(parts, responder);
  const share = createShare(parts, responder);
  const orTell = createOrTell(parts, responder);
  const pressed = { intake, notices, responder, questions, feedback, share, orTell };
  const presses = createPresses(parts, pressed);

  const isWelcome = ({ actor, place }: From): boolean => {
    const channels = [place.channel, ...(place.thread === null ? [] : [place.thread])];
    const { user, roles } = actor;
    return isAllowed(settings, { user, roles, guild: place.guild, channels });
  };

  const ask = async (
    from: From,
    text: string,
    attachments: readonly Attachment[] = [],
  ): Promise<void> => {
    const canAnswer = await responder.defer(from);
    const answer = { canAnswer, isOpen: true, attachments };
    await orTell(from, () => questions.ask(from, text, answer));
  };

  const about = async ({ from, message }: Extract<Interaction, { type: "ask-about" }>) => {
    const said = readSaid(message, await parts.identity());
    const text = said?.text ?? message.content.trim();
    const attachments = said?.attachments ?? [];
    if (text !== "" || attachments.length > 0) return ask(from, text, attachments);
    await responder.reply(from, { content: discordLabels(from.language).nothingToAsk });
  };

  const doIt = async (interaction: Interaction, from: From): Promise<void> => {
    switch (interaction.type) {
      case "ask":
        return ask(from, interaction.text);
      case "human": {
        const { askPersonWords } = discordLabels(from.language);
        return ask(from, `${askPersonWords} ${interaction.text}`.trim());
      }
      case "ask-about":
        return about(interaction);
      case "keep":
        await responder.defer(from);
        return marks?.chosen(from, interaction.message.id);
      case "search":
        return knowledge.search(from, interaction.query);
      case "kb":
        return knowledge.run(from, interaction.name, interaction.options);
      case "press":
        return presses.act(interaction);
      case "filled":
        return feedback.filled(interaction);
      case "complete":
      case "nothing":
        // A command or button of another version.
        await responder.reply(from, { content: discordLabels(from.language).notTakenIn });
    }
  };

  return {
    async act(data) {
      const interaction = decodeInteraction(data);
      const from = interaction?.from ?? null;
      if (interaction === null || from === null) {
        logger.debug({}, "an interaction that means nothing to us");
        return;
      }
      if (interaction.type === "complete") {
        const choices = isWelcome(from) ? await completion.choices(from, interaction.words) : [];
        await responder.choose(from, choices);
        return;
      }
      if (isWelcome(from)) return doIt(interaction, from);
      await responder.reply(from, { content: discordLabels(from.language).notAllowed });
    },
  };
}
