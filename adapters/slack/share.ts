import { z } from "zod";
import {
  type Citation,
  LANGUAGES,
  passageId,
  REPLY_MARKS,
  type Reply,
} from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { shareName } from "./ephemeral.ts";
import { slackLabels } from "./labels.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import { createSharePosts } from "./share-posts.ts";

/** Shows a private answer to the channel, if everybody there may see what it rests on. */
export interface Share {
  run(at: PressedAt, shareId: string): void;
}

const citationSchema = z.object({
  n: z.number(),
  passageId: z.string().transform(passageId),
  title: z.string(),
  section: z.string(),
  source: z.string(),
  quote: z.string(),
  origin: z.enum(["local", "web"]),
});

const shareableSchema = z.object({
  channel: z.string(),
  user: z.string(),
  reply: z.object({
    text: z.string(),
    language: z.enum(LANGUAGES),
    question: z.string().nullable(),
    citations: z.array(citationSchema),
    marks: z.array(z.enum(REPLY_MARKS)),
  }),
});
type Shareable = z.infer<typeof shareableSchema>;

/** As many as one retrieval gives: a passage that was cited for this very question is among them. */
const CHECKED = 100;
/** Another press meanwhile does nothing; after a crash, one works again when this is over. */
const SHARING_MS = 2 * 60_000;

export function createShare(parts: AdapterParts): Share {
  const { host, audiences, people, memory, urls, background, logger, signal } = parts;
  const call = { signal };
  const posts = createSharePosts(parts);

  /**
   * The sources that not everybody in the channel may read. Asked of retrieval itself, the one place that knows: what it
   * does not give to this channel for this question does not count as seen.
   */
  const hidden = async ({ channel, user, reply }: Shareable): Promise<readonly Citation[]> => {
    const local = reply.citations.filter(({ origin }) => origin === "local");
    if (local.length === 0) return [];
    if (host.retriever === null || reply.question === null) return local;
    const [principal, audience] = await Promise.all([
      people.principal(user, call),
      audiences.of(channel, call),
    ]);
    const { language, question: query } = reply;
    const request = { query, language, principal, audience, collections: null, top: CHECKED };
    const { passages } = await host.retriever.retrieve(request, call);
    const seen = new Set<string>(passages.map(({ id }) => id));
    return local.filter((citation) => !seen.has(citation.passageId));
  };

  const tell = async (at: PressedAt, text: string): Promise<void> => {
    if (at.responseUrl === null) return;
    const body = { response_type: "ephemeral", replace_original: false, text };
    await urls.respond(at.responseUrl, body, call);
  };

  const wholeReply = ({ reply }: Shareable): Reply => ({
    ...reply,
    decision: "answer",
    confidence: null,
    options: [],
    case: null,
    timings: {},
    speaker: { kind: "bot" },
  });

  const publish = async (at: PressedAt, shareId: string, shareable: Shareable): Promise<void> => {
    const labels = slackLabels(shareable.reply.language);
    const claim = `sharing-now:${shareId}`;
    if (!(await memory.claim(claim, SHARING_MS))) return tell(at, labels.isBeingShared);
    try {
      const { displayName: by } = await people.principal(at.user, call);
      const { channel } = shareable;
      await posts.publish({ shareId, channel, reply: wholeReply(shareable), by });
      // Shared once: a later press finds nothing any more.
      await memory.delete(shareName(shareId));
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ err: error, channel: shareable.channel }, "an answer could not be shared");
      await tell(at, labels.sharePaused);
    } finally {
      await memory.delete(claim);
    }
  };

  const run = async (at: PressedAt, shareId: string): Promise<void> => {
    const shareable = await memory.get(shareName(shareId), shareableSchema);
    if (shareable === null || shareable.user !== at.user) {
      await tell(at, slackLabels("en").expired);
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
