import type { ConversationId } from "../../src/core/index.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { LoopGuard } from "../shared/loop-guard.ts";
import { looksLikeQuestion } from "../shared/question-form.ts";
import type { Said } from "./decode.ts";
import { isDirect, slackConversationId } from "./ids.ts";
import { isAllowed, type SlackSettings } from "./settings.ts";

/**
 * What to do with something that was said. `addressed`: it is for the bot. `overheard`: talk in a thread in which the bot
 * takes part; the dialogue decides. `offer`: ask whether an answer is wanted. `refuse`: say that it may not answer here.
 */
export type Hearing = "addressed" | "overheard" | "offer" | "refuse" | "ignore";

export interface HearingParts {
  readonly settings: SlackSettings;
  readonly rules: ChannelRules;
  readonly loops: LoopGuard;
  /** Whether the bot takes part in a conversation. */
  readonly isKnown: (id: ConversationId) => Promise<boolean>;
}

/** The root of the thread in which an answer belongs. */
export function rootOf(said: Pick<Said, "thread" | "ts">): string {
  return said.thread ?? said.ts;
}

function isWelcomeBot({ allowBots }: SlackSettings, said: Said): boolean {
  return allowBots.includes(said.user) || (said.botId !== null && allowBots.includes(said.botId));
}

/** Decides for one message. */
export async function hear(said: Said, team: string, parts: HearingParts): Promise<Hearing> {
  const { settings, rules, loops } = parts;
  const { channel, user } = said;
  const direct = isDirect(channel);
  const root = rootOf(said);
  const isFor = direct || said.isMention;
  if (said.botId !== null) {
    if (!isFor || !isWelcomeBot(settings, said)) return "ignore";
    return (await loops.isCut(`${channel}/${root}`)) ? "ignore" : "addressed";
  }
  if (!isAllowed(settings, { user, channel, isDirect: direct })) return isFor ? "refuse" : "ignore";
  if (isFor) return "addressed";
  if (said.thread === null) return "ignore";
  const mode = await rules.modeOf(channel);
  if (mode === "mention" || (await rules.isMuted(channel, root))) return "ignore";
  if (mode === "ask" && !looksLikeQuestion(said.text)) return "ignore";
  const id = slackConversationId({ kind: "thread", team, channel, thread: root });
  if (!(await parts.isKnown(id))) return "ignore";
  return mode === "ask" ? "offer" : "overheard";
}
