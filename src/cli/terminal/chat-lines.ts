import { renderReply } from "../../../adapters/console/index.ts";
import { detectLanguage, type Language, type Reply } from "../../core/index.ts";
import type { ConversationEvent } from "../../ports/message-log.ts";
import { untilAborted } from "./abort.ts";
import { askResult } from "./ask-result.ts";
import { type CommandScope, errorSentence, runChatCommand } from "./chat-commands.ts";
import { readChatInput } from "./chat-input.ts";
import { commandScope, type OpenedChat } from "./chat-scope.ts";
import { chatTexts } from "./chat-texts.ts";
import { layoutOf } from "./layout.ts";
import { readLines } from "./read-lines.ts";
import { type FinishedTurn, openTurns, type Turns } from "./turns.ts";
import { writeLines } from "./write.ts";

/** How replies are written. */
interface Output {
  readonly json: boolean;
}

/** Writes what a person of the desk says, which belongs to no line of the input. */
function agentWriter(chat: OpenedChat, { json }: Output): (event: ConversationEvent) => void {
  return (event) => {
    if (json || event.type !== "message" || event.message.author !== "agent") return;
    const { reply } = event.message;
    if (reply === null) return;
    const lines = renderReply(reply, layoutOf(chat.io, { isVerbose: chat.isVerbose }));
    chat.io.stdout.write([...lines, "", ""].join("\n"));
  };
}

async function turnLines(
  turn: FinishedTurn,
  chat: OpenedChat,
  options: Output & { readonly language: Language },
): Promise<readonly string[]> {
  if (options.json) return [JSON.stringify(await askResult(chat.app, turn, chat.call))];
  if (turn.outcome.type === "settled") {
    return [chatTexts(options.language).settled[turn.outcome.outcome], ""];
  }
  const layout = layoutOf(chat.io, { isVerbose: chat.isVerbose });
  return [...renderReply(turn.outcome.reply, layout), ""];
}

/** Takes the input line by line and writes what comes of it. */
class LineTaker {
  readonly #chat: OpenedChat;
  readonly #output: Output;
  readonly #turns: Turns;
  #language: Language = "en";
  #lastReply: Reply | null = null;
  readonly #scope: CommandScope;

  constructor(chat: OpenedChat, output: Output, turns: Turns) {
    this.#chat = chat;
    this.#output = output;
    this.#turns = turns;
    const state = {
      language: () => this.#language,
      lastReply: () => this.#lastReply,
      isBusy: () => false,
    };
    this.#scope = commandScope(chat, state, 0);
  }

  /** False when the line says to leave. */
  async take(line: string): Promise<boolean> {
    const { io, call } = this.#chat;
    const input = readChatInput(line);
    switch (input.type) {
      case "message":
        await this.#ask(input.text);
        return true;
      case "unknown":
        await this.#complain(chatTexts(this.#language).unknownCommand(input.name));
        return true;
      case "command": {
        if (input.name === "/quit") return false;
        const lines = await runChatCommand(input.name, input.argument, this.#scope);
        await writeLines(this.#output.json ? io.stderr : io.stdout, [...lines, ""], call);
        return true;
      }
    }
  }

  /** The sentence for an error; a defect is thrown on. */
  async refuse(error: unknown): Promise<void> {
    await this.#complain(errorSentence(error, chatTexts(this.#language)));
  }

  async #complain(sentence: string): Promise<void> {
    await writeLines(this.#chat.io.stderr, [sentence], this.#chat.call);
  }

  async #ask(text: string): Promise<void> {
    this.#language = detectLanguage(text, this.#language);
    const turn = await this.#turns.ask(text);
    if (turn.outcome.type === "replied") {
      this.#lastReply = turn.outcome.reply;
      this.#language = turn.outcome.reply.language;
    }
    const lines = await turnLines(turn, this.#chat, {
      ...this.#output,
      language: this.#language,
    });
    await writeLines(this.#chat.io.stdout, lines, this.#chat.call);
  }
}

/**
 * A conversation without a terminal: each line of the input is a message, and the next one waits for its reply. Replies
 * are separated by an empty line; with `json` each turn is one object, and what commands say goes to standard error.
 * @returns 0 at the end of the input, 1 when a message was refused
 */
export async function chatByLines(chat: OpenedChat, output: Output): Promise<number> {
  const { app, conversationId, speaker, io, call } = chat;
  const turns = await openTurns(app, { conversationId, speaker }, call);
  await app.watch(conversationId, agentWriter(chat, output), call);
  const taker = new LineTaker(chat, output, turns);
  let exitCode = 0;
  for await (const line of readLines(io.stdin, call)) {
    if (line.trim() === "") continue;
    try {
      if (!(await untilAborted(taker.take(line), call.signal))) break;
    } catch (error) {
      call.signal.throwIfAborted();
      exitCode = 1;
      await taker.refuse(error);
    }
  }
  return exitCode;
}
