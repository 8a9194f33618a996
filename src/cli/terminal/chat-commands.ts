import {
  type RenderOptions,
  renderEarlierReply,
  renderWords,
  safeLine,
} from "../../../adapters/console/index.ts";
import {
  type ConversationId,
  errorMessage,
  isFrontdeskError,
  type Language,
  type Reply,
} from "../../core/index.ts";
import type { Application, Call, DeskAct, Speaker } from "../../ports/application.ts";
import type { ChatCommand } from "./chat-input.ts";
import { type ChatTexts, chatTexts } from "./chat-texts.ts";
import {
  actOn,
  caseLines,
  caseNamed,
  type DeskContext,
  listLines,
  openCases,
} from "./desk-acts.ts";
import { writerText } from "./greeting.ts";
import {
  answerSourceLines,
  helpLines,
  passageLines,
  ruleLine,
  sourceLines,
  transcriptLines,
} from "./listings.ts";

const SEARCH_TOP = 5;
const HISTORY_LENGTH = 40;

/** What the commands of a chat work on. */
export interface CommandScope {
  readonly app: Application;
  readonly conversationId: ConversationId;
  readonly speaker: Speaker;
  readonly desk: DeskContext;
  readonly layout: () => RenderOptions;
  /** The language of the person, as of the last message. */
  readonly language: () => Language;
  readonly lastReply: () => Reply | null;
  /** An answer is under way. */
  readonly isBusy: () => boolean;
  readonly call: Call;
}

/** The sentence for an error, in the person's language. A defect is thrown on. */
export function errorSentence(error: unknown, texts: ChatTexts): string {
  if (!isFrontdeskError(error)) throw error;
  return texts.errors[error.code] ?? errorMessage(error);
}

/** The commands, and how answers come about at this moment. */
async function help(
  scope: CommandScope,
  texts: ChatTexts,
  language: Language,
): Promise<readonly string[]> {
  const layout = scope.layout();
  const { chatModel } = await scope.app.status(scope.call);
  const reason = chatModel?.state === "unavailable" ? (chatModel.reason ?? "") : "";
  const words = [writerText(chatModel, texts), safeLine(reason)].filter((text) => text !== "");
  return [
    ...helpLines(texts, layout, language),
    "",
    ...renderWords(words.join(texts.sentenceGap), layout),
  ];
}

async function search(query: string, scope: CommandScope, texts: ChatTexts) {
  if (query === "") return [texts.searchUsage];
  const { passages, degraded } = await scope.app.search(
    { query, speaker: scope.speaker, collection: null, top: SEARCH_TOP },
    scope.call,
  );
  const layout = scope.layout();
  const note = degraded.includes("vectors-unavailable")
    ? [layout.theme.paint("alert", texts.wordsOnly), ""]
    : [];
  const lines = passages.length === 0 ? [texts.nothingFound] : passageLines(passages, layout);
  return [...note, ...lines];
}

async function sources(scope: CommandScope, texts: ChatTexts): Promise<readonly string[]> {
  const layout = scope.layout();
  const all = sourceLines(
    await scope.app.sources({ speaker: scope.speaker }, scope.call),
    texts,
    layout,
  );
  const reply = scope.lastReply();
  if (reply === null || reply.citations.length === 0) return all;
  return [
    ruleLine(texts.answerSources, layout),
    ...answerSourceLines(reply, layout),
    "",
    ruleLine(texts.knowledgeSources, layout),
    ...all,
  ];
}

async function history(scope: CommandScope, texts: ChatTexts): Promise<readonly string[]> {
  const messages = await scope.app.transcript(
    { conversationId: scope.conversationId, afterSeq: 0, limit: HISTORY_LENGTH, isWhole: false },
    scope.call,
  );
  if (messages.length === 0) return [texts.noHistory];
  const layout = scope.layout();
  return transcriptLines(messages, layout, ({ reply }) =>
    reply === null
      ? []
      : renderEarlierReply(reply, { ...layout, width: layout.width - 2, isVerbose: false }),
  );
}

function deskAct(verb: string, text: string): DeskAct | null {
  if (verb === "claim" || verb === "release" || verb === "resolve") return { type: verb };
  if ((verb === "reply" || verb === "note") && text !== "") return { type: verb, text };
  return null;
}

/** `/desk`, `/desk open 1`, `/desk reply 1 text`, … */
async function desk(argument: string, scope: CommandScope, texts: ChatTexts) {
  const { desk: context } = scope;
  if (argument === "") {
    const records = await openCases(context);
    return records.length === 0 ? [texts.noCases] : listLines(records, context);
  }
  const [, verb = "", target = "", text = ""] = /^(\S+)\s*(\S*)\s*([\s\S]*)$/u.exec(argument) ?? [];
  const usage = texts.help.filter(([command]) => command === "/desk").map(([, how]) => how);
  if (target === "") return usage;
  if (verb === "open") return caseLines(await caseNamed(target, context), context);
  const act = deskAct(verb, text);
  if (act === null) return usage;
  return [await actOn(await caseNamed(target, context), act, context)];
}

/** Does a command of the chat; the lines are what it has to say. `/quit` is for the caller to do. */
export async function runChatCommand(
  name: Exclude<ChatCommand, "/quit">,
  argument: string,
  scope: CommandScope,
): Promise<readonly string[]> {
  const language = scope.language();
  const texts = chatTexts(language);
  switch (name) {
    case "/help":
      return help(scope, texts, language);
    case "/search":
      return search(argument, scope, texts);
    case "/sources":
      return sources(scope, texts);
    case "/history":
      return history(scope, texts);
    case "/reset": {
      // The dialogue itself says what has become of an answer under way.
      const lines = scope.isBusy() ? [] : [texts.resetDone];
      await scope.app.reset(scope.conversationId, scope.call);
      return lines;
    }
    case "/desk":
      return desk(argument, scope, texts);
  }
}
