import type { ConversationId, Language, Reply } from "../../core/index.ts";
import type { Application, Call, Speaker } from "../../ports/application.ts";
import { systemClock } from "../../ports/clock.ts";
import type { Io } from "../io.ts";
import { createCaseNumbers } from "./case-numbers.ts";
import type { CommandScope } from "./chat-commands.ts";
import { layoutOf } from "./layout.ts";

/** A chat that has been opened: who talks where. */
export interface OpenedChat {
  readonly app: Application;
  readonly conversationId: ConversationId;
  readonly speaker: Speaker;
  readonly isVerbose: boolean;
  readonly io: Io;
  readonly call: Call;
}

/** What the person at this chat is, for the moment. */
export interface ChatState {
  readonly language: () => Language;
  readonly lastReply: () => Reply | null;
  readonly isBusy: () => boolean;
}

/** Everything that the commands of this chat work on. */
export function commandScope(
  chat: OpenedChat,
  state: ChatState,
  /** Columns at the left that are not for the commands' own lines. */
  indent: number,
): CommandScope {
  const { app, conversationId, speaker, io, call, isVerbose } = chat;
  const layout = () => {
    const whole = layoutOf(io, { isVerbose });
    return { ...whole, width: whole.width - indent };
  };
  return {
    app,
    conversationId,
    speaker,
    call,
    layout,
    ...state,
    desk: {
      app,
      agent: speaker.displayName ?? speaker.userId,
      numbers: createCaseNumbers(),
      clock: systemClock,
      layout,
      call,
    },
  };
}
