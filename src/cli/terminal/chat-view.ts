import {
  type RenderOptions,
  renderMarkdown,
  renderReply,
  renderReplyTail,
  renderWords,
  safeLine,
} from "../../../adapters/console/index.ts";
import { assertNever, type Language, type Progress, type Reply } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConversationEvent, LoggedMessage } from "../../ports/message-log.ts";
import { type ChatTexts, chatTexts } from "./chat-texts.ts";
import { Draft } from "./draft.ts";
import type { LivePrompt } from "./live-prompt.ts";
import { PendingTurns } from "./pending-turns.ts";
import { type Activity, statusLine } from "./status-line.ts";

const INDENT = "  ";
/** Lines of the screen that are not for a growing answer: gaps, status, input. */
const RESERVED_ROWS = 7;
/** Work that is not known to be ours is shown as long as it keeps telling. */
const SILENCE_MS = 15_000;

/** What the view of a chat draws on. */
export interface ChatViewOptions {
  readonly screen: Pick<LivePrompt, "rows" | "print" | "setLive">;
  /** Layout of the whole width. */
  readonly layout: () => RenderOptions;
  readonly clock: Clock;
  readonly language: Language;
  /** How an operator sees a case that this conversation opened. */
  readonly onCase: () => void;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? line : `${INDENT}${line}`));
}

/** Turns what happens in a conversation into what is on the screen. */
export class ChatView {
  readonly #options: ChatViewOptions;
  readonly #draft = new Draft();
  readonly #pending = new PendingTurns();
  #activity: Activity | null = null;
  #lastSignAt = 0;
  #language: Language;
  #lastReply: Reply | null = null;
  /** The beginning of the running answer stands above for good. */
  #isAnswerOpen = false;
  /** Messages of users seen while a message of ours was on its way: one of them is ours. */
  #unclaimed: LoggedMessage[] = [];
  readonly #own = new Set<string>();
  #sending = 0;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    this.#language = options.language;
  }

  get language(): Language {
    return this.#language;
  }

  get lastReply(): Reply | null {
    return this.#lastReply;
  }

  get isBusy(): boolean {
    return !this.#pending.isEmpty || this.#activity !== null;
  }

  setLanguage(language: Language): void {
    this.#language = language;
  }

  /** What was said before this terminal was opened. */
  recall(messages: readonly LoggedMessage[]): void {
    for (const message of messages) {
      this.#pending.see(message);
      if (message.author === "bot" && message.reply !== null) this.#lastReply = message.reply;
    }
  }

  /** Says that a turn of an earlier session is being finished. */
  resume(): void {
    this.#note(this.#texts.stillAnswering);
  }

  /** A message is on its way; call what is returned with what became of it. */
  sending(): (sent: LoggedMessage | null) => void {
    this.#sending += 1;
    this.#pending.begin();
    this.#activity ??= { stage: null, note: null, startedAt: this.#now };
    this.tick();
    return (sent) => {
      this.#sending -= 1;
      if (sent !== null) this.#own.add(sent.id);
      this.#pending.sent(sent);
      this.#claimOwn();
      this.#rest();
    };
  }

  stopping(): void {
    this.#note(`${this.#texts.stopping} · ${this.#texts.againLeaves}`);
  }

  /** Puts lines of the terminal itself on the screen, set apart. */
  say(lines: readonly string[]): void {
    this.#options.screen.print(["", ...indented(lines), ""]);
  }

  /** A remark of the terminal in the background colour. */
  remark(text: string, style: "dim" | "alert" = "dim"): void {
    this.say(renderWords([{ text, styles: [style] }], this.#layout));
  }

  show(event: ConversationEvent): void {
    switch (event.type) {
      case "progress":
        this.#showProgress(event.progress);
        break;
      case "message":
        this.#showMessage(event.message);
        break;
      case "edited":
        this.#showChanged(event.message);
        break;
      case "removed":
        this.remark(this.#texts.removed);
        break;
      case "erased":
        this.#pending.clear();
        this.#rest();
        this.remark(this.#texts.erased);
        break;
      case "settled":
        this.#pending.settle(event.messageId);
        this.#rest();
        this.remark(this.#texts.settled[event.outcome]);
        break;
      default:
        assertNever(event);
    }
    this.tick();
  }

  /** Draws the live lines anew; to be called now and then while something runs. */
  tick(): void {
    const isStale =
      this.#pending.isEmpty && this.#draft.isEmpty && this.#now - this.#lastSignAt > SILENCE_MS;
    if (isStale) this.#activity = null;
    const { screen } = this.#options;
    const { commit, live } = this.#draft.layOut(
      (markdown) => renderMarkdown(markdown, this.#layout),
      Math.max(3, screen.rows - RESERVED_ROWS),
    );
    if (commit.length > 0) {
      screen.print([...(this.#isAnswerOpen ? [] : [""]), ...indented(commit)]);
      this.#isAnswerOpen = true;
    }
    const status = this.#activity === null ? [] : [INDENT + this.#statusLine(this.#activity)];
    const gap = this.#isAnswerOpen ? [] : [""];
    const body = live.length === 0 ? [] : [...gap, ...indented(live)];
    screen.setLive([...body, ...(status.length === 0 ? [] : ["", ...status, ""])]);
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  get #texts(): ChatTexts {
    return chatTexts(this.#language);
  }

  get #layout(): RenderOptions {
    const layout = this.#options.layout();
    // One column stays free: a full line would move the cursor to the next one.
    return { ...layout, width: layout.width - INDENT.length - 1 };
  }

  #statusLine(activity: Activity): string {
    const { width, theme } = this.#layout;
    return statusLine(activity, { now: this.#now, width, theme, texts: this.#texts });
  }

  #note(note: string): void {
    this.#lastSignAt = this.#now;
    this.#activity = { stage: null, startedAt: this.#now, ...this.#activity, note };
    this.tick();
  }

  /** Ends the status line when nothing is waited for any more. */
  #rest(): void {
    if (this.#pending.isEmpty) this.#activity = null;
    this.tick();
  }

  #showProgress(progress: Progress): void {
    this.#lastSignAt = this.#now;
    const startedAt = this.#activity?.startedAt ?? this.#now;
    switch (progress.type) {
      case "stage":
        this.#activity = { stage: progress, note: null, startedAt };
        break;
      case "text":
        this.#draft.append(progress.delta);
        this.#activity ??= { stage: { type: "stage", stage: "writing" }, note: null, startedAt };
        break;
      case "reset":
        if (this.#draft.reset()) this.remark(this.#texts.correction);
        this.#isAnswerOpen = false;
        break;
    }
  }

  #showMessage(message: LoggedMessage): void {
    this.#pending.see(message);
    if (message.author === "user") {
      this.#unclaimed.push(message);
      this.#claimOwn();
      return;
    }
    if (message.reply === null) return;
    if (message.replyTo !== null) this.#pending.settle(message.replyTo);
    if (message.author === "agent") {
      // A person has read what was written so far; the bot will say nothing to it.
      this.#pending.clear();
      this.#rest();
      this.say(renderReply(message.reply, this.#layout));
      return;
    }
    this.#showAnswer(message.reply);
    if (this.#pending.isEmpty) this.#activity = null;
  }

  #showAnswer(reply: Reply): void {
    this.#language = reply.language;
    this.#lastReply = reply;
    const end = this.#draft.finish(reply.text);
    if (end.type === "rest") {
      const rest = renderMarkdown(end.markdown, this.#layout);
      const tail = renderReplyTail(reply, this.#layout);
      const gap = rest.length > 0 && tail.length > 0 ? [""] : [];
      this.#options.screen.print(indented([...rest, ...gap, ...tail, ""]));
    } else {
      if (end.type === "corrected") this.remark(this.#texts.correction);
      this.say(renderReply(reply, this.#layout));
    }
    this.#isAnswerOpen = false;
    if (reply.decision === "escalate" && reply.case !== null) this.#options.onCase();
  }

  #showChanged({ reply }: LoggedMessage): void {
    if (reply === null) return;
    const label = this.#layout.theme.paint("dim", this.#texts.edited);
    this.say([label, ...renderReply(reply, this.#layout)]);
  }

  /** Shows what others wrote in this conversation, once it is sure that it was not written here. */
  #claimOwn(): void {
    if (this.#sending > 0) return;
    for (const message of this.#unclaimed.splice(0)) {
      if (this.#own.delete(message.id)) continue;
      const words = renderWords(
        `${safeLine(message.name)}: ${safeLine(message.text)}`,
        this.#layout,
      );
      this.say(words);
    }
  }
}
