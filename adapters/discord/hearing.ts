import { type ConversationId, NAMES_SOMEBODY } from "../../src/core/index.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { LoopGuard } from "../shared/loop-guard.ts";
import { looksLikeQuestion } from "../shared/question-form.ts";
import type { Said } from "./decode.ts";
import type { Place } from "./places.ts";
import { type DiscordSettings, isAllowed } from "./settings.ts";

/**
 * What to do with something that was said. `addressed`: it is for the bot. `overheard`: talk in a thread in which the bot
 * takes part; the dialogue decides. `offer`: ask whether an answer is wanted. `refuse`: say that it may not answer here.
 */
export type Hearing = "addressed" | "overheard" | "offer" | "refuse" | "ignore";

export interface HearingParts {
  readonly settings: DiscordSettings;
  readonly rules: ChannelRules;
  readonly loops: LoopGuard;
  /** Whether the bot takes part in a conversation. */
  readonly isKnown: (id: ConversationId) => Promise<boolean>;
  /** Whether a thread was opened under an answer of the bot. */
  readonly isUnderAnswer: (thread: string) => Promise<boolean>;
}

/** Something that was said, with all that the decision needs. */
export interface Heard {
  readonly said: Said;
  readonly place: Place;
  readonly conversation: ConversationId;
  /** Null when they are not known. */
  readonly roles: readonly string[] | null;
}

/** Whether a message is plainly meant for the bot. */
export function isForBot({ said, place }: Pick<Heard, "said" | "place">): boolean {
  return place.isDirect || said.isMention || said.replyTo?.isOurs === true;
}

/**
 * Decides for one message.
 * @param isTaken it is a later version of one that was answered: then it need not look like a question
 */
export async function hear(heard: Heard, parts: HearingParts, isTaken = false): Promise<Hearing> {
  const { said, place, conversation, roles } = heard;
  const { settings, rules, loops } = parts;
  const isFor = isForBot(heard);
  if (said.isBot) {
    const isWelcome = said.isMention && settings.allowBots.includes(said.user);
    return isWelcome && !(await loops.isCut(conversation)) ? "addressed" : "ignore";
  }
  const channels = [place.channel, ...(place.thread === null ? [] : [place.thread])];
  const asker = { user: said.user, roles, guild: place.guild, channels };
  if (!isAllowed(settings, asker)) return isFor ? "refuse" : "ignore";
  if (isFor) return "addressed";
  // Words that the bot is not shown, or something that is none: nobody can tell whether it is for the bot.
  if (said.text === "" && said.attachments.length === 0) return "ignore";
  const mode = await rules.modeOf(place.channel);
  if (place.thread === null || mode === "mention") return "ignore";
  if (await rules.isMuted(place.channel, place.thread)) return "ignore";
  if (mode === "ask" && !isTaken && !looksLikeQuestion(said.text)) return "ignore";
  const isKnown = await parts.isKnown(conversation);
  if (!isKnown && !(await parts.isUnderAnswer(place.thread))) return "ignore";
  if (mode === "ask") return "offer";
  if (isKnown) return "overheard";
  // Who opens a thread under an answer asks on there; what one person asks another is theirs. Replies to us came through above.
  const isToSomebody = said.replyTo !== null || NAMES_SOMEBODY.test(said.text);
  return looksLikeQuestion(said.text) && !isToSomebody ? "addressed" : "ignore";
}
