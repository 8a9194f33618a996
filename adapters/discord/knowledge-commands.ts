import {
  detectLanguage,
  errorMessage,
  LANGUAGES,
  mayEdit,
  type Principal,
  parseVisibility,
  principalMayRead,
  TONES,
} from "../../src/core/index.ts";
import { CHANNEL_MODES } from "../shared/channel-mode.ts";
import type { ChannelChange } from "../shared/channel-rules.ts";
import { foundReply } from "../shared/found-reply.ts";
import { judgeDocument, standingOf } from "../shared/judging.ts";
import { patiently } from "../shared/patience.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import { cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { type CommandLabels, commandLabels } from "./command-labels.ts";
import { button, row } from "./components.ts";
import { ACTIONS } from "./custom-ids.ts";
import type { From } from "./decode-interaction.ts";
import { encodeReply } from "./encode.ts";
import { discordLabels } from "./labels.ts";
import { createOnce } from "./once.ts";
import type { Responder } from "./responder.ts";
import { plainLine } from "./safe-text.ts";
import { shownPath } from "./sources.ts";

type Options = Readonly<Record<string, string>>;

/** `/search` and `/kb add|list|document|settings`. What they say is seen by one person only. */
export interface KnowledgeCommands {
  search(from: From, query: string): Promise<void>;
  run(from: From, name: string, options: Options): Promise<void>;
}

const FOUND = 5;
const MAX_TRIES = 4;
const MAX_LISTED = 25;
const MAX_CONTENT = 1_900;

/** What is to be changed; a general word takes a setting away, so that the configured one holds again. */
function readSettings(options: Options): ChannelChange {
  const { mode, language, tone } = options;
  const collection = options["collection"]?.trim() ?? "";
  const isAll = collection === "all" || collection === "default";
  return {
    ...(mode === undefined ? {} : { mode: CHANNEL_MODES.find((one) => one === mode) ?? null }),
    ...(collection === "" ? {} : { collection: isAll ? null : collection }),
    ...(language === undefined
      ? {}
      : { language: LANGUAGES.find((one) => one === language) ?? null }),
    ...(tone === undefined ? {} : { tone: TONES.find((one) => one === tone) ?? null }),
  };
}

export function createKnowledgeCommands(
  parts: AdapterParts,
  responder: Responder,
): KnowledgeCommands {
  const { host, settings, people, rules, memory, ephemeral, logger, signal } = parts;
  const call = { signal };
  const once = createOnce(memory, signal);

  /** Discord takes it for a quarter of an hour; what comes later is kept, and a line in the channel says that it is there. */
  const say = async (from: From, content: string): Promise<void> => {
    if (await responder.tell(from, { content })) return;
    const parts = [{ content, components: [], file: null }];
    await ephemeral.keep(from, { parts, language: from.language }, call);
  };

  const find = async (from: From, query: string, labels: CommandLabels): Promise<void> => {
    if (host.retriever === null) return say(from, labels.noSearch);
    const principal = await people.principal(from.actor, call);
    const { collection } = await rules.mannerOf(from.place.channel);
    const language = detectLanguage(query);
    const collections = collection === null ? null : [collection];
    const audience = { kind: "private" } as const;
    const request = { query, language, principal, audience, collections, top: FOUND };
    const { passages } = await host.retriever.retrieve(request, call);
    if (passages.length === 0) {
      return say(from, labels.nothingFound(plainLine(query, 200)));
    }
    const reply = foundReply(query, passages);
    const place = { scope: "@", mark: "" };
    const { actor, channel } = from;
    const canShare = !from.place.isDirect;
    if (canShare) {
      const shareable = { channel, user: actor.user, reply };
      await memory.set(shareName(from.id), shareable, SHAREABLE_MS);
    }
    const encoded = encodeReply(
      { ...reply, decision: "smalltalk" },
      {
        ...place,
        isDraft: false,
        isCommand: false,
        canStopListening: false,
        shareId: null,
        saysPrivate: false,
        longAnswers: settings.longAnswers,
      },
    );
    const share = row([button(ACTIONS.share, discordLabels(language).share, from.id, place)]);
    const shown = encoded.map((part, index) =>
      canShare && index === encoded.length - 1 ? { ...part, components: [share] } : part,
    );
    await ephemeral.answer(from, { parts: shown, language }, call);
  };

  const list = async (principal: Principal, labels: CommandLabels): Promise<string> => {
    if (host.knowledge === null) return labels.noList;
    const all = await host.knowledge.sources();
    const visible = all.filter(({ visibility }) => principalMayRead(principal, visibility));
    if (visible.length === 0) return labels.noDocuments;
    const lines = visible
      .slice(0, MAX_LISTED)
      .map(
        ({ root, collection, documents }) =>
          `- ${plainLine(shownPath(root), 200)} (${plainLine(collection, 40)}: ${documents})`,
      );
    const left = visible.length - MAX_LISTED;
    return cut([...lines, ...(left > 0 ? [labels.andMore(left)] : [])].join("\n"), MAX_CONTENT);
  };

  const add = async (
    principal: Principal,
    labels: CommandLabels,
    options: Options,
  ): Promise<string> => {
    if (host.knowledge === null) return labels.noAdding;
    if (!mayEdit(principal)) return labels.editorsOnly;
    const { url = "", visibility: given = "internal" } = options;
    const visibility = parseVisibility(given);
    if (!/^https?:\/\/\S+$/u.test(url) || visibility === null) return labels.addUsage;
    let failure = "";
    let added = 0;
    const request = { sources: [url], collection: "default", visibility };
    for await (const event of host.knowledge.ingest(request, call)) {
      if (event.type === "document" && event.outcome.status === "failed") {
        failure = event.outcome.reason;
      }
      if (event.type !== "finished") continue;
      added = event.summary.added + event.summary.updated + event.summary.unchanged;
    }
    const shown = `<${cut(url, 400)}>`;
    return added > 0 ? labels.added(shown, given) : labels.notAdded(shown, failure);
  };

  const judge = async (
    principal: Principal,
    labels: CommandLabels,
    options: Options,
  ): Promise<string> => {
    const standing = standingOf(options["do"] ?? "");
    if (standing === null) return labels.judgeUsage;
    const request = { document: options["document"] ?? "", standing, principal };
    return judgeDocument(request, host.knowledge, labels, (text) => plainLine(text, 200));
  };

  const change = async (
    from: From,
    principal: Principal,
    labels: CommandLabels,
    options: Options,
  ): Promise<string> => {
    const { channel } = from.place;
    const wanted = readSettings(options);
    if (Object.keys(wanted).length > 0) {
      if (principal.role !== "admin" && !from.isManager) return labels.adminsOnly;
      await rules.change(channel, wanted);
      const by = principal.userId;
      logger.info({ channel, ...wanted, by }, "settings of a channel were changed");
    }
    const [mode, manner] = await Promise.all([rules.modeOf(channel), rules.mannerOf(channel)]);
    return labels.settings({ mode, ...manner });
  };

  const tell = async (from: From, name: string, options: Options): Promise<void> => {
    const labels = commandLabels(from.language);
    const principal = await people.principal(from.actor, call);
    const content =
      name === "add"
        ? await add(principal, labels, options)
        : name === "settings"
          ? await change(from, principal, labels, options)
          : name === "document"
            ? await judge(principal, labels, options)
            : await list(principal, labels);
    await say(from, content);
  };

  /**
   * Does it after the first answer, and says so when it fails. It counts as taken in when it is done: of a process that ends before,
   * the next one gets it again.
   */
  const later = async (from: From, work: () => Promise<void>): Promise<void> => {
    await responder.defer(from);
    try {
      await once(`command:${from.id}`, () => patiently(work, { tries: MAX_TRIES, signal }));
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ reason: errorMessage(error) }, "a command failed");
      await say(from, commandLabels(from.language).failed);
    }
  };

  return {
    search: (from, query) => later(from, () => find(from, query, commandLabels(from.language))),
    run: (from, name, options) => later(from, () => tell(from, name, options)),
  };
}
