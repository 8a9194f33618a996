import {
  type RenderOptions,
  renderEarlierReply,
  renderReply,
  safeText,
} from "../../../adapters/console/index.ts";
import { type ConversationId, detectLanguage, type Language } from "../../core/index.ts";
import type { LoggedMessage } from "../../ports/message-log.ts";
import type { OpenedChat } from "./chat-scope.ts";
import { chatTexts, systemLanguage } from "./chat-texts.ts";
import { greetingLines } from "./greeting.ts";
import { layoutOf } from "./layout.ts";
import { ruleLine, transcriptLines } from "./listings.ts";

/** Messages of before that are shown when a chat is opened. */
const RECALLED = 6;

/** What is known when a chat is opened. */
export interface ChatOpening {
  /** Greeting and last messages. */
  readonly lines: readonly string[];
  readonly messages: readonly LoggedMessage[];
  readonly language: Language;
  /** The last message still waits for its reply. */
  readonly isUnfinished: boolean;
  /** The chat model may still turn out to be of no use. */
  readonly isModelStarting: boolean;
  /** Earlier questions for the arrow keys, newest first. */
  readonly inputHistory: readonly string[];
}

/** The newest answer is shown with everything, so that its options can be chosen. */
function recalledLines(
  messages: readonly LoggedMessage[],
  language: Language,
  layout: RenderOptions,
): readonly string[] {
  if (messages.length === 0) return [];
  const newest = messages.at(-1);
  const inner = { ...layout, width: layout.width - 3, isVerbose: false };
  const texts = chatTexts(language);
  const lines = transcriptLines(messages, layout, (message) => {
    if (message.reply === null) return [];
    if (message === newest) return renderReply(message.reply, inner);
    return renderEarlierReply(message.reply, inner);
  });
  const [begin, end] = [texts.earlier, texts.newConversation].map((text) => ruleLine(text, layout));
  return ["", begin ?? "", "", ...lines, "", end ?? ""];
}

/** Whether nobody has answered the last message, and no person looks after it. */
async function isUnfinished(
  { app, conversationId, call }: OpenedChat,
  messages: readonly LoggedMessage[],
): Promise<boolean> {
  if (messages.at(-1)?.author !== "user") return false;
  const cases = await app.cases({ includeResolved: false }, call);
  return !cases.some(
    ({ packet, state }) => packet.conversationId === conversationId && state === "claimed",
  );
}

function languageOf(messages: readonly LoggedMessage[]): Language {
  const last = messages.at(-1);
  if (last === undefined) return systemLanguage();
  return last.reply?.language ?? detectLanguage(last.text, systemLanguage());
}

/** Reads what a chat begins with. */
export async function readOpening(chat: OpenedChat): Promise<ChatOpening> {
  const { app, conversationId, call, io } = chat;
  const status = await app.status(call);
  const sources = await app.sources({ speaker: chat.speaker }, call);
  const documents = sources.reduce((sum, source) => sum + source.documents, 0);
  const messages = await app.transcript(
    { conversationId, afterSeq: 0, limit: RECALLED, isWhole: false },
    call,
  );
  const language = languageOf(messages);
  const layout = layoutOf(io, { isVerbose: false });
  return {
    lines: [
      ...greetingLines(status, documents, app.mode, chatTexts(language), layout),
      ...recalledLines(messages, language, layout),
      "",
    ],
    messages,
    language,
    isUnfinished: await isUnfinished(chat, messages),
    isModelStarting: status.chatModel?.state === "starting",
    inputHistory: messages
      .filter(({ author, text }) => author === "user" && !text.includes("\n"))
      .map(({ text }) => safeText(text))
      .reverse(),
  };
}

/** The command with which a conversation is taken up again, safe to paste into a shell. */
function continueCommand(id: ConversationId): string {
  const name = /^[\w.:@%+=,/-]+$/u.test(id) ? id : `'${safeText(id).replaceAll("'", "'\\''")}'`;
  return `npx frontdesk chat --conversation ${name}`;
}

/** What is left to say when the terminal has been given back. */
export function farewellLines(
  chat: OpenedChat,
  options: { readonly language: Language; readonly isBusy: boolean },
): readonly string[] {
  const { theme } = layoutOf(chat.io, { isVerbose: false });
  const texts = chatTexts(options.language);
  return [
    "",
    ...(options.isBusy ? [texts.answerFollows] : []),
    `${theme.paint("dim", texts.goOnWith)} ${continueCommand(chat.conversationId)}`,
  ];
}
