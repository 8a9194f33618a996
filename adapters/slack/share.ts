import { z } from "zod";
import {
  type Citation,
  LANGUAGES,
  passageId,
  REPLY_MARKS,
  type Reply,
} from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { contextBlock, markBlocks, markdownBlock, sourceBlocks } from "./blocks.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { shareName } from "./ephemeral.ts";
import { slackLabels } from "./labels.ts";
import { partMetadata } from "./posted.ts";
import { cleanText, cut, defuse, mrkdwnLine } from "./safe-text.ts";

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
const MAX_TEXT = 9_000;

export function createShare(parts: AdapterParts): Share {
  const { host, api, audiences, people, memory, urls, background, signal } = parts;
  const call = { signal };

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

  const publish = async (at: PressedAt, shareId: string, shareable: Shareable): Promise<void> => {
    const { channel } = shareable;
    const { language } = shareable.reply;
    const labels = slackLabels(language);
    const { displayName } = await people.principal(at.user, call);
    const text = cut(defuse(cleanText(shareable.reply.text)), MAX_TEXT);
    const whole: Reply = {
      ...shareable.reply,
      decision: "answer",
      confidence: null,
      options: [],
      case: null,
      timings: {},
      speaker: { kind: "bot" },
    };
    const question = shareable.reply.question ?? "";
    const blocks = [
      contextBlock([
        `💬 ${mrkdwnLine(cut(question, 500))} — ${labels.shared(mrkdwnLine(displayName))}`,
      ]),
      markdownBlock(text.trim() === "" ? "…" : text),
      ...sourceBlocks(whole),
      ...markBlocks(whole),
    ];
    const metadata = partMetadata({ k: `share:${shareId}`, p: 0, n: 1 });
    const content = { channel, text: cut(text, 300), blocks, metadata };
    await api.post(`share/${shareId}`, content, call);
  };

  const run = async (at: PressedAt, shareId: string): Promise<void> => {
    const shareable = await memory.get(shareName(shareId), shareableSchema);
    if (shareable === null || shareable.user !== at.user) {
      await tell(at, slackLabels("en").expired);
      return;
    }
    const closed = await hidden(shareable);
    const labels = slackLabels(shareable.reply.language);
    if (closed.length > 0) {
      const names = [...new Set(closed.map(({ title, source }) => title || source))];
      await tell(at, labels.notShared(names.map((name) => `“${mrkdwnLine(cut(name, 80))}”`)));
      return;
    }
    // Shared once: a second press finds nothing any more.
    await memory.delete(shareName(shareId));
    await publish(at, shareId, shareable);
  };

  return {
    run: (at, shareId) => background.run("sharing an answer", () => run(at, shareId)),
  };
}
