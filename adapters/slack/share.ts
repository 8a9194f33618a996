import { hiddenSources } from "../shared/hidden-sources.ts";
import { type Shareable, shareableSchema, sharedReply, shareName } from "../shared/shareable.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { slackErrorName } from "./errors.ts";
import { slackLabels } from "./labels.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import { createSharePosts } from "./share-posts.ts";

/** Shows a private answer to the channel, if everybody there may see what it rests on. */
export interface Share {
  run(at: PressedAt, shareId: string): void;
}

/** The bot cannot write there. */
const NOT_THERE = new Set(["not_in_channel", "channel_not_found", "is_archived"]);
/** Another press meanwhile does nothing; after a crash, one works again when this is over. */
const SHARING_MS = 2 * 60_000;

export function createShare(parts: AdapterParts): Share {
  const { host, audiences, people, memory, urls, background, logger, signal } = parts;
  const call = { signal };
  const posts = createSharePosts(parts);

  const hidden = async ({ channel, user, reply }: Shareable) => {
    const [principal, audience] = await Promise.all([
      people.principal(user, call),
      audiences.of(channel, call),
    ]);
    return hiddenSources(reply, { principal, audience }, host.retriever, call);
  };

  const tell = async (at: PressedAt, text: string): Promise<void> => {
    if (at.responseUrl === null) return;
    const body = { response_type: "ephemeral", replace_original: false, text };
    await urls.respond(at.responseUrl, body, call);
  };

  const publish = async (at: PressedAt, shareId: string, shareable: Shareable): Promise<void> => {
    const labels = slackLabels(shareable.reply.language);
    const claim = `sharing-now:${shareId}`;
    if (!(await memory.claim(claim, SHARING_MS))) return tell(at, labels.isBeingShared);
    try {
      const { displayName: by } = await people.principal(at.user, call);
      const { channel } = shareable;
      await posts.publish({ shareId, channel, reply: sharedReply(shareable, "answer"), by });
      // Shared once: a later press finds nothing any more.
      await memory.delete(shareName(shareId));
    } catch (error) {
      signal.throwIfAborted();
      if (NOT_THERE.has(slackErrorName(error) ?? "")) {
        const { shareNeedsInvite } = commandLabels(shareable.reply.language);
        return await tell(at, shareNeedsInvite);
      }
      logger.warn({ err: error, channel: shareable.channel }, "an answer could not be shared");
      await tell(at, labels.sharePaused);
    } finally {
      await memory.delete(claim);
    }
  };

  const run = async (at: PressedAt, shareId: string): Promise<void> => {
    const shareable = await memory.get(shareName(shareId), shareableSchema);
    if (shareable === null || shareable.user !== at.user) {
      const { expired } = slackLabels(await people.language(at.user, call));
      await tell(at, expired);
      return;
    }
    const closed = await hidden(shareable);
    if (closed.length > 0) {
      const { notShared } = slackLabels(shareable.reply.language);
      const names = [...new Set(closed.map(({ title, source }) => title || source))];
      await tell(at, notShared(names.map((name) => `“${mrkdwnLine(cut(name, 80))}”`)));
      return;
    }
    await publish(at, shareId, shareable);
  };

  return {
    run: (at, shareId) => background.run("sharing an answer", () => run(at, shareId)),
  };
}
