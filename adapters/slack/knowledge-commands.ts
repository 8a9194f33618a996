import { createHash } from "node:crypto";
import { z } from "zod";
import {
  detectLanguage,
  errorMessage,
  LANGUAGES,
  type Language,
  mayEdit,
  type Principal,
  parseVisibility,
  principalMayRead,
  TONES,
  timeLimit,
} from "../../src/core/index.ts";
import type { Standing } from "../../src/ports/document-standings.ts";
import { CHANNEL_MODES } from "../shared/channel-mode.ts";
import type { ChannelChange } from "../shared/channel-rules.ts";
import { foundReply } from "../shared/found-reply.ts";
import { judgeDocument } from "../shared/judging.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import {
  actionsBlock,
  button,
  markdownBlock,
  type SlackBlock,
  shownPath,
  sourceBlocks,
  sourceGroups,
} from "./blocks.ts";
import { type CommandLabels, commandLabels } from "./command-labels.ts";
import { isDirect, slackConversationId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import { commandSchema, type SlackCommand } from "./payloads.ts";
import { cleanLine, cleanText, cut, defuse, escapeMrkdwn, mrkdwnLine } from "./safe-text.ts";
import { LOOK_UP_MS, unlessLate } from "./unless-late.ts";

/** `/kb search|add|list|hide|boost|reset|settings|help`. */
export interface KnowledgeCommands {
  run(command: SlackCommand, text: string): Promise<AckBody>;
}

const FOUND = 5;
const MAX_LISTED = 40;

interface Told {
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
  /** All of it, for when Slack does not take the blocks; default `text`. */
  readonly plain?: string;
}

/** The commands of one person, in one channel. */
interface Request {
  readonly command: SlackCommand;
  readonly principal: Principal;
  readonly language: Language;
  readonly labels: CommandLabels;
}

/** What takes longer than an acknowledgement. */
const WORK = ["search", "list", "add", "hide", "boost", "reset"] as const;
const workSchema = z.object({ command: commandSchema, name: z.enum(WORK), rest: z.string() });
type Work = z.infer<typeof workSchema>;

/** What came of a command can be sent for half an hour. */
const WORTH_MS = 29 * 60_000;

/** A setting as an admin writes it; null when it is none. A general word takes the setting away again. */
function readSetting(what: string, value: string): ChannelChange | null {
  const isGeneral = ["default", "auto", "all"].includes(value);
  const mode = CHANNEL_MODES.find((one) => one === value) ?? null;
  const language = LANGUAGES.find((one) => one === value) ?? null;
  const tone = TONES.find((one) => one === value) ?? null;
  if (what === "mode" && (isGeneral || mode !== null)) return { mode };
  if (what === "language" && (isGeneral || language !== null)) return { language };
  if (what === "tone" && (isGeneral || tone !== null)) return { tone };
  if (what === "collection" && value !== "") return { collection: isGeneral ? null : value };
  return null;
}

export function createKnowledgeCommands(parts: AdapterParts): KnowledgeCommands {
  const { host, settings, people, rules, memory, urls, errands, posts, logger, signal } = parts;
  const call = { signal };
  const { kb, ask } = settings.commands;

  const search = async ({ command, principal, labels }: Request, query: string): Promise<Told> => {
    if (host.retriever === null) return { text: labels.noSearch };
    const { collection } = await rules.mannerOf(command.channel_id);
    const language = detectLanguage(query);
    const collections = collection === null ? null : [collection];
    const audience = { kind: "private" } as const;
    const request = { query, language, principal, audience, collections, top: FOUND };
    const { passages } = await host.retriever.retrieve(request, call);
    if (passages.length === 0) return { text: labels.nothingFound(mrkdwnLine(cut(query, 200))) };
    const reply = foundReply(query, passages);
    const hash = createHash("sha256").update(command.trigger_id).digest("base64url");
    const shareId = hash.slice(0, 22);
    const { channel_id: channel, user_id: user } = command;
    const canShare = !isDirect(channel);
    if (canShare) await memory.set(shareName(shareId), { channel, user, reply }, SHAREABLE_MS);
    const { share } = slackLabels(language);
    const blocks = [
      markdownBlock(defuse(cleanText(reply.text))),
      ...sourceBlocks(sourceGroups(reply)[0] ?? []),
      ...(canShare ? [actionsBlock([button(ACTIONS.share, share, shareId)])] : []),
    ];
    const plain = escapeMrkdwn(defuse(cleanText(reply.text)));
    return { text: cut(cleanLine(reply.text), 300), blocks, plain };
  };

  const list = async ({ principal, labels }: Request): Promise<Told> => {
    if (host.knowledge === null) return { text: labels.noList };
    const all = await host.knowledge.sources();
    const visible = all.filter(({ visibility }) => principalMayRead(principal, visibility));
    if (visible.length === 0) return { text: labels.noDocuments };
    const lines = visible.slice(0, MAX_LISTED).map(({ root, collection, documents }) => {
      return `- ${defuse(cut(cleanLine(shownPath(root)), 200))} (${collection}: ${documents})`;
    });
    const rest = visible.length - MAX_LISTED;
    const text = [...lines, ...(rest > 0 ? [labels.andMore(rest)] : [])].join("\n");
    const blocks = [markdownBlock(cut(text, 9_000))];
    return { text: cut(text, 300), blocks, plain: escapeMrkdwn(cut(text, 9_000)) };
  };

  const add = async ({ principal, labels }: Request, rest: string): Promise<Told> => {
    const words = rest.split(/\s+/u);
    if (host.knowledge === null) return { text: labels.noAdding };
    if (!mayEdit(principal)) return { text: labels.editorsOnly };
    const [url = "", given = "internal"] = words;
    const visibility = parseVisibility(given);
    if (!/^https?:\/\/\S+$/u.test(url) || visibility === null) return { text: labels.addUsage(kb) };
    let failure = "";
    let added = 0;
    const request = { sources: [url], collection: "default", visibility };
    for await (const event of host.knowledge.ingest(request, call)) {
      if (event.type === "document" && event.outcome.status === "failed")
        failure = event.outcome.reason;
      if (event.type !== "finished") continue;
      added = event.summary.added + event.summary.updated + event.summary.unchanged;
    }
    const shown = mrkdwnLine(url);
    return {
      text: added > 0 ? labels.added(shown, given) : labels.notAdded(shown, mrkdwnLine(failure)),
    };
  };

  const judge =
    (standing: Standing) =>
    async ({ principal, labels }: Request, document: string): Promise<Told> => {
      const request = { document, standing, principal };
      const shown = (text: string): string => mrkdwnLine(cut(text, 200));
      return { text: await judgeDocument(request, host.knowledge, labels, shown) };
    };

  const settingsText = async ({ command, labels }: Request): Promise<Told> => {
    const channel = command.channel_id;
    const [mode, manner] = await Promise.all([rules.modeOf(channel), rules.mannerOf(channel)]);
    return { text: labels.settings({ mode, ...manner }) };
  };

  const change = async (request: Request, words: readonly string[]): Promise<Told> => {
    const { command, principal, labels } = request;
    const [what = "", value = ""] = words;
    if (what === "") return settingsText(request);
    if (principal.role !== "admin") return { text: labels.adminsOnly };
    const wanted = readSetting(what, value);
    if (wanted === null) return { text: labels.settingsUsage(kb) };
    const channel = command.channel_id;
    await rules.change(channel, wanted);
    logger.info({ channel, what, by: principal.userId }, "settings of a channel were changed");
    return settingsText(request);
  };

  const conversationOf = async ({ channel_id: channel, user_id: user }: SlackCommand) => {
    const { team } = await parts.identity();
    return slackConversationId({ kind: "slash", team, channel, user });
  };

  const does: Readonly<Record<Work["name"], (request: Request, rest: string) => Promise<Told>>> = {
    search,
    list,
    add,
    hide: judge("hidden"),
    boost: judge("boosted"),
    reset: judge("normal"),
  };

  errands.handle("kb", WORTH_MS, async (payload, { id }) => {
    const { command, name, rest } = workSchema.parse(payload);
    const { user_id: user, channel_id: channelId } = command;
    const [principal, language] = await Promise.all([
      people.principal(user, call),
      people.language(user, call),
    ]);
    const request = { command, principal, language, labels: commandLabels(language) };
    const content = await does[name](request, rest).catch((error: unknown): Told => {
      // Then another process does it.
      signal.throwIfAborted();
      logger.warn({ reason: errorMessage(error) }, "a command failed");
      return { text: request.labels.failed };
    });
    const place = { conversationId: await conversationOf(command), channelId, threadId: null };
    const answers = { question: `${command.command} ${name} ${rest}` };
    await posts.send({ key: `kb:${id}`, user, place, content, language, answers }, call);
    return "done";
  });

  /** Puts it down, to be done after the acknowledgement. */
  const later = async (work: Work, language: Language): Promise<AckBody> => {
    const { command } = work;
    await urls.remember(await conversationOf(command), command.user_id, command.response_url);
    await errands.give("kb", command.trigger_id, work);
    return { response_type: "ephemeral", text: slackLabels(language).searching };
  };

  return {
    async run(command, text) {
      const [first = "", ...words] = text.split(/\s+/u).filter((word) => word !== "");
      const { user_id: user } = command;
      const limit = timeLimit(LOOK_UP_MS);
      const [principal, language] = await Promise.all([
        people.principalBy(user, limit, call),
        unlessLate(people.language(user, call), limit, () => detectLanguage(text)),
      ]);
      const request = { command, principal, language, labels: commandLabels(language) };
      const rest = text.slice(text.indexOf(first) + first.length).trim();
      const name = WORK.find((one) => one === first);
      if (name !== undefined && (name !== "search" || rest !== "")) {
        return later({ command, name, rest }, language);
      }
      const told =
        first === "settings"
          ? await change(request, words)
          : { text: request.labels.help(kb, ask) };
      return { response_type: "ephemeral", ...told };
    },
  };
}
