import { setImmediate as nextTurn } from "node:timers/promises";
import { type RenderOptions, renderReply, safeText } from "../../../adapters/console/index.ts";
import {
  type ConversationId,
  detectLanguage,
  isFrontdeskError,
  type Language,
} from "../../core/index.ts";
import { type Clock, systemClock } from "../../ports/clock.ts";
import type { ConversationEvent, LoggedMessage } from "../../ports/message-log.ts";
import { errorSentence, runChatCommand } from "./chat-commands.ts";
import { CHAT_COMMANDS, readChatInput } from "./chat-input.ts";
import { commandScope, type OpenedChat } from "./chat-scope.ts";
import { chatTexts, systemLanguage } from "./chat-texts.ts";
import { ChatView } from "./chat-view.ts";
import { greetingLines } from "./greeting.ts";
import { Interrupts } from "./interrupts.ts";
import { layoutOf } from "./layout.ts";
import { ruleLine, transcriptLines } from "./listings.ts";
import { createLivePrompt, type LivePrompt } from "./live-prompt.ts";
import { withResolvers } from "./turns.ts";
import { writeLines } from "./write.ts";

const RECALLED = 6;
const FRAME_MS = 100;

/** The command with which a conversation is taken up again, safe to paste into a shell. */
export function continueCommand(id: ConversationId): string {
  const name = /^[\w.:@%+=,/-]+$/u.test(id) ? id : `'${safeText(id).replaceAll("'", "'\\''")}'`;
  return `npx frontdesk chat --conversation ${name}`;
}

/** The last messages of a conversation; the newest answer with everything, so that its options can be chosen. */
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
    return renderReply({ ...message.reply, citations: [], marks: [], options: [] }, inner);
  });
  return [
    "",
    ruleLine(texts.earlier, layout),
    "",
    ...lines,
    "",
    ruleLine(texts.newConversation, layout),
  ];
}

/** Whether the last message still waits for its reply: nobody answered it, and no person looks after it. */
async function isUnfinished(
  chat: OpenedChat,
  messages: readonly LoggedMessage[],
): Promise<boolean> {
  if (messages.at(-1)?.author !== "user") return false;
  const cases = await chat.app.cases({ includeResolved: false }, chat.call);
  return !cases.some(
    ({ packet, state }) => packet.conversationId === chat.conversationId && state === "claimed",
  );
}

/** What typing and Ctrl-C do. */
interface Handlers {
  readonly onLine: (line: string) => void;
  readonly onInterrupt: (typed: string) => void;
}

function createHandlers(parts: {
  readonly chat: OpenedChat;
  readonly clock: Clock;
  readonly view: ChatView;
  readonly leave: () => void;
  readonly fail: (error: unknown) => void;
}): Handlers {
  const { chat, clock, view, leave, fail } = parts;
  const { app, conversationId, speaker, call } = chat;
  const interrupts = new Interrupts();
  const scope = commandScope(
    chat,
    {
      language: () => view.language,
      lastReply: () => view.lastReply,
      isBusy: () => view.isBusy,
    },
    3,
  );
  const send = async (text: string): Promise<void> => {
    view.setLanguage(detectLanguage(text, view.language));
    const done = view.sending();
    try {
      done(await app.send({ conversationId, speaker, text, history: [], gatherMs: 0 }, call));
    } catch (error) {
      done(null);
      throw error;
    }
  };
  const take = async (line: string): Promise<void> => {
    const input = readChatInput(line);
    switch (input.type) {
      case "message":
        return send(input.text);
      case "unknown":
        return view.remark(chatTexts(view.language).unknownCommand(input.name), "alert");
      case "command":
        if (input.name === "/quit") return leave();
        return view.say(await runChatCommand(input.name, input.argument, scope));
    }
  };
  let work: Promise<void> = Promise.resolve();
  return {
    onLine(line) {
      work = work.then(() => take(line)).catch(fail);
    },
    onInterrupt(typed) {
      const isSecond = interrupts.press(clock.now());
      if (isSecond) return leave();
      if (view.isBusy) {
        view.stopping();
        app.stop(conversationId, call).catch(fail);
      } else {
        const texts = chatTexts(view.language);
        view.remark(typed === "" ? texts.nothingRunning : texts.againLeaves);
      }
    },
  };
}

/** Subscribes at once and hands the events on when somebody is there to take them. */
async function holdEvents(
  chat: OpenedChat,
): Promise<(take: (event: ConversationEvent) => void) => void> {
  let held: ConversationEvent[] | null = [];
  let pass: (event: ConversationEvent) => void = (event) => held?.push(event);
  await chat.app.watch(chat.conversationId, (event) => pass(event), chat.call);
  return (take) => {
    pass = take;
    for (const event of held ?? []) take(event);
    held = null;
  };
}

function languageOf(messages: readonly LoggedMessage[]): Language {
  const last = messages.at(-1);
  if (last === undefined) return systemLanguage();
  return last.reply?.language ?? detectLanguage(last.text, systemLanguage());
}

/** Earlier questions for the arrow keys, newest first. */
function inputHistory(messages: readonly LoggedMessage[]): readonly string[] {
  return messages
    .filter(({ author, text }) => author === "user" && !text.includes("\n"))
    .map(({ text }) => safeText(text))
    .reverse();
}

/** What is left to say when the terminal has been given back. */
function farewell(chat: OpenedChat, view: ChatView): readonly string[] {
  const { theme } = layoutOf(chat.io, { isVerbose: false });
  const texts = chatTexts(view.language);
  return [
    "",
    ...(view.isBusy ? [texts.answerFollows] : []),
    `${theme.paint("dim", texts.goOnWith)} ${continueCommand(chat.conversationId)}`,
  ];
}

/**
 * A conversation at a terminal, from the greeting to the farewell.
 * @returns 0; 1 when the process that does the work went away
 */
export async function chatAtTerminal(
  opened: OpenedChat,
  clock: Clock = systemClock,
): Promise<number> {
  const closing = new AbortController();
  const signal = AbortSignal.any([opened.call.signal, closing.signal]);
  const chat = { ...opened, call: { signal } };
  const { app, io, conversationId } = chat;
  const release = await holdEvents(chat);
  const status = await app.status(chat.call);
  const recall = { conversationId, afterSeq: 0, limit: RECALLED };
  const messages = await app.transcript(recall, chat.call);
  const unfinished = await isUnfinished(chat, messages);
  const layout = (): RenderOptions => layoutOf(io, { isVerbose: chat.isVerbose });
  const language = languageOf(messages);
  const left = withResolvers<{ readonly defect: unknown } | null>();
  const leave = (): void => left.resolve(null);

  const opening = [
    ...greetingLines(status, app.mode, chatTexts(language), layout()),
    ...recalledLines(messages, language, layout()),
    "",
  ];
  await writeLines(io.stdout, opening, chat.call);

  let hasHint = false;
  const screen: LivePrompt = createLivePrompt(io, {
    prompt: layout().theme.paint("accent", "› "),
    history: inputHistory(messages),
    complete: (line) => CHAT_COMMANDS.filter((command) => command.startsWith(line)),
    pasteLabel: (lines) => chatTexts(view.language).pasted(lines),
    onLine: (line) => handlers.onLine(line),
    onInterrupt: (typed) => handlers.onInterrupt(typed),
    onEnd: leave,
  });
  const view: ChatView = new ChatView({
    screen,
    layout,
    clock,
    language,
    onCase() {
      if (!hasHint) view.remark(chatTexts(view.language).caseHint);
      hasHint = true;
    },
  });
  const fail = (error: unknown): void => {
    if (signal.aborted) return;
    if (isFrontdeskError(error)) {
      view.remark(errorSentence(error, chatTexts(view.language)), "alert");
    } else {
      left.resolve({ defect: error });
    }
  };
  const handlers = createHandlers({ chat, clock, view, leave, fail });

  view.recall(messages);
  if (unfinished) view.resume();
  const known = new Set(messages.map(({ id }) => id));
  release((event) => {
    if (event.type !== "message" || !known.has(event.message.id)) view.show(event);
  });
  const ticking = setInterval(() => view.isBusy && view.tick(), FRAME_MS);
  signal.addEventListener("abort", leave, { once: true });

  const defect = await left.promise;
  clearInterval(ticking);
  const lines = farewell(chat, view);
  const reason: unknown = opened.call.signal.aborted ? opened.call.signal.reason : null;
  screen.close();
  closing.abort();
  await nextTurn();
  if (defect !== null) throw defect.defect;
  if (isFrontdeskError(reason)) {
    io.stderr.write(`${errorSentence(reason, chatTexts(view.language))}\n`);
    return 1;
  }
  io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}
