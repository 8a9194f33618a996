import { detectLanguage } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import { runChatCommand } from "./chat-commands.ts";
import { readChatInput } from "./chat-input.ts";
import { commandScope, type OpenedChat } from "./chat-scope.ts";
import { chatTexts } from "./chat-texts.ts";
import type { ChatView } from "./chat-view.ts";
import { Interrupts } from "./interrupts.ts";

/** Columns that the view takes around a command's lines. */
const MARGIN = 3;

/** What typing and Ctrl-C do. */
export interface ChatHandlers {
  readonly onLine: (line: string) => void;
  readonly onInterrupt: (typed: string) => void;
}

/** What the handlers act on. */
export interface ChatHandlerParts {
  readonly chat: OpenedChat;
  readonly clock: Clock;
  readonly view: ChatView;
  readonly leave: () => void;
  /** Told about everything that goes wrong. */
  readonly fail: (error: unknown) => void;
}

async function send(text: string, { chat, view }: ChatHandlerParts): Promise<void> {
  const { app, conversationId, speaker, call } = chat;
  view.setLanguage(detectLanguage(text, view.language));
  const done = view.sending();
  try {
    done(await app.send({ conversationId, speaker, text, history: [], gatherMs: 0 }, call));
  } catch (error) {
    done(null);
    throw error;
  }
}

/** Lines are taken one after the other, in the order they were typed. */
export function createChatHandlers(parts: ChatHandlerParts): ChatHandlers {
  const { chat, clock, view, leave, fail } = parts;
  const interrupts = new Interrupts();
  const state = {
    language: () => view.language,
    lastReply: () => view.lastReply,
    isBusy: () => view.isBusy,
  };
  const scope = commandScope(chat, state, MARGIN);
  const take = async (line: string): Promise<void> => {
    const input = readChatInput(line);
    switch (input.type) {
      case "message":
        return send(input.text, parts);
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
      if (interrupts.press(clock.now())) return leave();
      if (view.isBusy) {
        view.stopping();
        chat.app.stop(chat.conversationId, chat.call).catch(fail);
      } else {
        const texts = chatTexts(view.language);
        view.remark(typed === "" ? texts.nothingRunning : texts.againLeaves);
      }
    },
  };
}
