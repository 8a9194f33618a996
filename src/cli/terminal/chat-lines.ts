import { createInterface } from "node:readline";
import { renderReply } from "../../../adapters/console/index.ts";
import { detectLanguage, type Language, type Reply } from "../../core/index.ts";
import type { ConversationEvent } from "../../ports/message-log.ts";
import { askResult } from "./ask-result.ts";
import { errorSentence, runChatCommand } from "./chat-commands.ts";
import { readChatInput } from "./chat-input.ts";
import { commandScope, type OpenedChat } from "./chat-scope.ts";
import { chatTexts } from "./chat-texts.ts";
import { layoutOf } from "./layout.ts";
import { type FinishedTurn, openTurns, untilAborted } from "./turns.ts";
import { writeLines } from "./write.ts";

/** Writes what a person of the desk says, which belongs to no line of the input. */
function agentWriter(chat: OpenedChat, json: boolean): (event: ConversationEvent) => void {
  return (event) => {
    if (json || event.type !== "message" || event.message.author !== "agent") return;
    const { reply } = event.message;
    if (reply === null) return;
    const lines = renderReply(reply, layoutOf(chat.io, { isVerbose: chat.isVerbose }));
    chat.io.stdout.write([...lines, "", ""].join("\n"));
  };
}

/**
 * A conversation without a terminal: each line of the input is a message, and the next one waits for its reply. Replies
 * are separated by an empty line; with `json` each turn is one object, and what commands say goes to standard error.
 * @returns 0 at the end of the input, 1 when a message was refused
 */
export async function chatByLines(
  chat: OpenedChat,
  options: { readonly json: boolean },
): Promise<number> {
  const { app, conversationId, io, call } = chat;
  let language: Language = "en";
  let lastReply: Reply | null = null;
  let exitCode = 0;
  const state = { language: () => language, lastReply: () => lastReply, isBusy: () => false };
  const scope = commandScope(chat, state, 0);
  const turns = await openTurns(app, { conversationId, speaker: chat.speaker }, call);
  await app.watch(conversationId, agentWriter(chat, options.json), call);

  const print = async (turn: FinishedTurn): Promise<void> => {
    if (options.json) {
      return writeLines(io.stdout, [JSON.stringify(await askResult(app, turn, call))], call);
    }
    if (turn.outcome.type === "settled") {
      return writeLines(io.stdout, [chatTexts(language).settled[turn.outcome.outcome], ""], call);
    }
    const layout = layoutOf(io, { isVerbose: chat.isVerbose });
    return writeLines(io.stdout, [...renderReply(turn.outcome.reply, layout), ""], call);
  };
  const take = async (line: string): Promise<"go-on" | "leave"> => {
    const input = readChatInput(line);
    if (input.type === "command") {
      if (input.name === "/quit") return "leave";
      const lines = await runChatCommand(input.name, input.argument, scope);
      await writeLines(options.json ? io.stderr : io.stdout, [...lines, ""], call);
      return "go-on";
    }
    if (input.type === "unknown") {
      await writeLines(io.stderr, [chatTexts(language).unknownCommand(input.name)], call);
      return "go-on";
    }
    language = detectLanguage(input.text, language);
    const turn = await turns.ask(input.text);
    if (turn.outcome.type === "replied") {
      lastReply = turn.outcome.reply;
      language = turn.outcome.reply.language;
    }
    await print(turn);
    return "go-on";
  };

  const lines = createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  call.signal.addEventListener("abort", () => lines.close(), { once: true });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    try {
      if ((await untilAborted(take(line), call.signal)) === "leave") break;
    } catch (error) {
      call.signal.throwIfAborted();
      exitCode = 1;
      await writeLines(io.stderr, [errorSentence(error, chatTexts(language))], call);
    }
  }
  call.signal.throwIfAborted();
  lines.close();
  return exitCode;
}
