import { FrontdeskError } from "../../src/core/index.ts";
import type { FilePlace } from "../../src/ports/file-place.ts";
import { cleanLine } from "../shared/text.ts";
import { awake } from "./awake.ts";
import type { DiscordApi } from "./client.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import type { PostOnce } from "./post-once.ts";
import { deleteMessages } from "./posted.ts";
import { safeText } from "./safe-text.ts";

/** Files in channels and threads, a message each, by its name: so it is found again after a crash. */
export function createDiscordUploads(options: {
  readonly api: DiscordApi;
  readonly once: PostOnce;
}): FilePlace<string> {
  const { api, once } = options;
  return {
    async put({ name, bytes }, channel, { key, signal }) {
      const content = safeText(`📎 ${cleanLine(name)}`);
      const files = [{ name, data: Buffer.from(bytes) }];
      try {
        return await once.post(`file:${key}`, { channel, content, files }, { signal });
      } catch (error) {
        if (discordErrorCode(error) !== CODES.missingPermissions) throw error;
        const message = `Discord takes no files of the bot in channel ${channel}: give it Attach Files there.`;
        throw new FrontdeskError("files_not_permitted", message, { cause: error });
      }
    },
    remove: (id, channel, call) =>
      awake(api, channel, () => deleteMessages(api, channel, [id], call), call),
  };
}
