import { isFrontdeskError } from "../../core/index.ts";
import { type Clock, systemClock } from "../../ports/clock.ts";
import type { ConversationEvent } from "../../ports/message-log.ts";
import { onAbort, withResolvers } from "./abort.ts";
import { errorSentence } from "./chat-commands.ts";
import { type ChatHandlers, createChatHandlers } from "./chat-handlers.ts";
import { CHAT_COMMANDS } from "./chat-input.ts";
import { type ChatOpening, farewellLines, readOpening } from "./chat-opening.ts";
import type { OpenedChat } from "./chat-scope.ts";
import { chatTexts } from "./chat-texts.ts";
import { ChatView } from "./chat-view.ts";
import { layoutOf } from "./layout.ts";
import { createLivePrompt, type LivePrompt } from "./live-prompt.ts";
import { watchModel } from "./watch-model.ts";
import { writeLines } from "./write.ts";

const FRAME_MS = 100;

/** A chat on the screen. */
interface ChatScreen {
  readonly view: ChatView;
  /** Fulfilled when the person leaves; rejected by a defect. */
  readonly left: Promise<void>;
  leave(): void;
  close(): void;
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

function openScreen(chat: OpenedChat, opening: ChatOpening, clock: Clock): ChatScreen {
  const { io, call, isVerbose } = chat;
  const left = withResolvers<{ readonly defect: unknown } | null>();
  const leave = (): void => left.resolve(null);
  const layout = () => layoutOf(io, { isVerbose });
  let hasHint = false;
  const screen: LivePrompt = createLivePrompt(io, {
    prompt: layout().theme.paint("accent", "› "),
    history: opening.inputHistory,
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
    language: opening.language,
    onCase() {
      if (!hasHint) view.remark(chatTexts(view.language).caseHint);
      hasHint = true;
    },
  });
  const fail = (error: unknown): void => {
    if (call.signal.aborted) return;
    if (!isFrontdeskError(error)) left.resolve({ defect: error });
    else view.remark(errorSentence(error, chatTexts(view.language)), "alert");
  };
  const handlers: ChatHandlers = createChatHandlers({ chat, clock, view, leave, fail });
  const ticking = setInterval(() => view.isBusy && view.tick(), FRAME_MS);
  return {
    view,
    left: left.promise.then((end) => {
      if (end !== null) throw end.defect;
    }),
    leave,
    close() {
      clearInterval(ticking);
      screen.close();
    },
  };
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
  const { signal } = opened.call;
  const chat = { ...opened, call: { signal: AbortSignal.any([signal, closing.signal]) } };
  const release = await holdEvents(chat);
  const opening = await readOpening(chat);
  await writeLines(chat.io.stdout, opening.lines, chat.call);

  const screen = openScreen(chat, opening, clock);
  const { view } = screen;
  try {
    view.recall(opening.messages);
    if (opening.isUnfinished) view.resume();
    if (opening.isModelStarting) {
      watchModel(chat, (reason) => {
        const { modelAway, sentenceGap } = chatTexts(view.language);
        view.remark(`${modelAway}${sentenceGap}${reason}`, "alert");
      });
    }
    const known = new Set(opening.messages.map(({ id }) => id));
    release((event) => {
      if (event.type !== "message" || !known.has(event.message.id)) view.show(event);
    });
    onAbort(signal, screen.leave);
    await screen.left;
  } finally {
    screen.close();
    closing.abort();
  }
  const reason: unknown = signal.aborted ? signal.reason : null;
  if (isFrontdeskError(reason)) {
    chat.io.stderr.write(`${errorSentence(reason, chatTexts(view.language))}\n`);
    return 1;
  }
  const lines = farewellLines(chat, { language: view.language, isBusy: view.isBusy });
  chat.io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}
