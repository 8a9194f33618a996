import { detectLanguage } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { Commands } from "./commands.ts";
import { readSaid } from "./decode.ts";
import { isDirect } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { SlackMessageAction } from "./payloads.ts";
import { isAllowed } from "./settings.ts";

/** The message shortcut "Ask Frontdesk": a message, with its files, is answered to the one who used it. */
export interface Shortcut {
  /** Resolves when it is durable. */
  use(given: SlackMessageAction): Promise<void>;
}

export function createShortcut(parts: AdapterParts, commands: Commands): Shortcut {
  const { settings, urls, people, background, signal } = parts;
  const call = { signal };

  /** Nothing stands there yet that could be replaced. */
  const tell = (given: SlackMessageAction, text: string): void =>
    background.run("an answer to a shortcut", () =>
      urls.respond(given.response_url, { response_type: "ephemeral", text }, call),
    );

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
        background.run("an answer to a shortcut", async () => {
          const { nothingToAsk } = slackLabels(await people.language(user, call));
          tell(given, nothingToAsk);
        });
        return;
      }
      const id = `shortcut:${channel}:${said.ts}:${given.action_ts}`;
      tell(given, labels.searching);
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
