import { randomUUID } from "node:crypto";
import { z } from "zod";
import { hiddenSources } from "../shared/hidden-sources.ts";
import { type Shareable, shareableSchema, sharedReply, shareName } from "../shared/shareable.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { slackErrorName } from "./errors.ts";
import { slackLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import { createSharePosts, NOT_THERE } from "./share-posts.ts";

/** Shows a private answer to the channel, if everybody there may see what it rests on. */
export interface Share {
  /** Resolves when it is sure to be done. */
  run(at: PressedAt, shareId: string): Promise<void>;
}

/** Who pressed can be told what came of it for half an hour. */
const WORTH_MS = 29 * 60_000;

/** A press, as far as it is needed afterwards. */
const pressSchema = z.object({
  shareId: z.string(),
  user: z.string(),
  channel: z.string(),
  thread: z.string().nullable(),
  responseUrl: z.string().nullable(),
});
type Press = z.infer<typeof pressSchema>;

export function createShare(parts: AdapterParts, notices: Notices): Share {
  const { host, audiences, people, memory, errands, logger, signal } = parts;
  const call = { signal };
  const posts = createSharePosts(parts);

  const hidden = async ({ channel, user, reply }: Shareable) => {
    const [principal, audience] = await Promise.all([
      people.principal(user, call),
      // Ten minutes ago is too long here: what is shown once cannot be taken back.
      audiences.afresh(channel, call),
    ]);
    return hiddenSources(reply, { principal, audience }, host.retriever, call);
  };

  const tell = (at: Press, text: string, id: string = randomUUID()): Promise<void> =>
    notices.whisper(at, text, { id, responseUrl: at.responseUrl });

  /** What the person is told instead; null when it may be shared. */
  const refusalOf = async ({ user }: Press, shareable: Shareable): Promise<string | null> => {
    if (shareable.user !== user) return slackLabels(await people.language(user, call)).expired;
    const closed = await hidden(shareable);
    if (closed.length === 0) return null;
    const { notShared } = slackLabels(shareable.reply.language);
    const names = [...new Set(closed.map(({ title, source }) => title || source))];
    return notShared(names.map((name) => `“${mrkdwnLine(cut(name, 80))}”`));
  };

  const publish = async ({ shareId, user }: Press, shareable: Shareable): Promise<void> => {
    const { displayName: by } = await people.principal(user, call);
    const { channel } = shareable;
    await posts.publish({ shareId, channel, reply: sharedReply(shareable, "answer"), by });
    // Shared once: a later press finds nothing any more.
    await memory.delete(shareName(shareId));
  };

  /** In what way it failed, for the person: pressed again, it goes on where it stopped. */
  const failureOf = (error: unknown, { channel, reply: { language } }: Shareable): string => {
    if (NOT_THERE.has(slackErrorName(error) ?? "")) return commandLabels(language).shareNeedsInvite;
    logger.warn({ err: error, channel }, "an answer could not be shared");
    return slackLabels(language).sharePaused;
  };

  errands.handle("share", WORTH_MS, async (payload, { isAgain }) => {
    const at = pressSchema.parse(payload);
    const shareable = await memory.get(shareName(at.shareId), shareableSchema);
    if (shareable === null) {
      // It was shared, and only that was not noted any more.
      if (isAgain) return "done";
      await tell(at, slackLabels(await people.language(at.user, call)).expired);
      return "undone";
    }
    try {
      const refusal = await refusalOf(at, shareable);
      if (refusal === null) await publish(at, shareable);
      else await tell(at, refusal);
      return refusal === null ? "done" : "undone";
    } catch (error) {
      signal.throwIfAborted();
      await tell(at, failureOf(error, shareable));
      return "undone";
    }
  });

  return {
    async run({ user, channel, thread, responseUrl }, shareId) {
      if (channel === null) return;
      const at = { shareId, user, channel, thread, responseUrl };
      if (await errands.give("share", shareId, at)) return;
      const shareable = await memory.get(shareName(shareId), shareableSchema);
      const { language } = shareable?.reply ?? { language: "en" as const };
      await tell(at, slackLabels(language).isBeingShared, `sharing:${shareId}:${user}`);
    },
  };
}
