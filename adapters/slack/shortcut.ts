import { detectLanguage, timeLimit } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { Commands } from "./commands.ts";
import { readSaid } from "./decode.ts";
import { isDirect } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import type { SlackMessageAction } from "./payloads.ts";
import { isAllowed } from "./settings.ts";
import { LOOK_UP_MS, unlessLate } from "./unless-late.ts";

/** The message shortcut "Ask Frontdesk": a message, with its files, is answered to the one who used it. */
export interface Shortcut {
  /** Resolves when it is durable. */
  use(given: SlackMessageAction): Promise<void>;
}

export function createShortcut(
  parts: AdapterParts,
  commands: Commands,
  notices: Notices,
): Shortcut {
  const { settings, urls, people, background, signal } = parts;
  const call = { signal };

  /** Wherever the person is: the bot need not be a member there. */
  const tell = async (given: SlackMessageAction, text: string): Promise<void> => {
    const { channel, user, response_url: responseUrl, action_ts: at } = given;
    const reader = { channel: channel.id, thread: null, user: user.id };
    await notices.whisper(reader, text, { id: `shortcut:${channel.id}:${at}`, responseUrl });
  };

  return {
    async use(given) {
      const channel = given.channel.id;
      const user = given.user.id;
      const said = readSaid(given.message, channel, await parts.identity());
      const labels = slackLabels(detectLanguage(said?.text ?? ""));
      if (!isAllowed(settings, { user, channel, isDirect: isDirect(channel) })) {
        return tell(given, labels.notAllowed);
      }
      const { text, attachments } = said ?? { text: "", attachments: [] };
      if (said === null || (text === "" && attachments.length === 0)) {
        const limit = timeLimit(LOOK_UP_MS);
        const language = await unlessLate(people.language(user, call), limit, () => "en" as const);
        return tell(given, slackLabels(language).nothingToAsk);
      }
      const id = `shortcut:${channel}:${said.ts}:${given.action_ts}`;
      // Nothing stands there yet that could be replaced. The answer comes whether this arrives or not.
      background.run("a word after a shortcut", () =>
        urls.respond(
          given.response_url,
          { response_type: "ephemeral", text: labels.searching },
          call,
        ),
      );
      await commands.ask({
        channel,
        user,
        text,
        attachments,
        responseUrl: given.response_url,
        id,
      });
    },
  };
}
