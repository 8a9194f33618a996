import type { Language, Reply } from "../../src/core/index.ts";
import { splitMarkdown } from "../shared/split-markdown.ts";
import { cut } from "../shared/text.ts";
import { type ButtonPlace, button, optionRows, type Row, row, rows } from "./components.ts";
import { ACTIONS } from "./custom-ids.ts";
import { type DiscordLabels, discordLabels } from "./labels.ts";
import { plainLine, safeText } from "./safe-text.ts";
import { markLines, sourceLines } from "./sources.ts";

/** A file with the whole of an answer. */
export interface AnswerFile {
  readonly name: string;
  readonly text: string;
}

/** One Discord message of a reply. */
export interface EncodedPart {
  readonly content: string;
  readonly components: readonly Row[];
  readonly file: AnswerFile | null;
}

/** Where and how a reply is shown. */
export interface EncodeContext extends ButtonPlace {
  readonly isDraft: boolean;
  /** In a thread, which the bot can be told to leave. */
  readonly canStopListening: boolean;
  /** Under this name the answer can be shared with the channel; null when it cannot. */
  readonly shareId: string | null;
  /** It answers a command: what is written in the channel does not belong to it. */
  readonly isCommand: boolean;
  /** A line why only the asker sees it. */
  readonly saysPrivate: boolean;
  readonly longAnswers: "messages" | "file";
}

/** What one message may hold (docs.discord.com: content up to 2,000 characters). */
const MAX_CONTENT = 2_000;
const MAX_PART = 1_900;
/** A text of more messages than this is sent as a file: nobody scrolls through it. */
const MAX_PARTS = 10;
/** Discord takes 10 MiB; a character has three bytes at most. */
const MAX_FILE = 3_000_000;

function buttonsOf(reply: Reply, context: EncodeContext, isLong: boolean): readonly Row[] {
  const labels = discordLabels(reply.language);
  const { language } = reply;
  const isAnswer = reply.decision === "answer" || reply.decision === "decline";
  const isRated = reply.decision === "answer";
  const buttons = [
    ...(context.shareId !== null && isRated
      ? [button(ACTIONS.share, labels.share, context.shareId, context)]
      : []),
    ...(isRated
      ? [
          button(ACTIONS.good, labels.good, language, context),
          button(ACTIONS.bad, labels.bad, language, context),
        ]
      : []),
    ...(isAnswer && reply.case === null
      ? [button(ACTIONS.person, labels.askPerson, language, context)]
      : []),
    ...(isAnswer && context.canStopListening
      ? [button(ACTIONS.mute, labels.stopListening, language, context)]
      : []),
    ...(isAnswer && isLong ? [button(ACTIONS.file, labels.asFile, language, context)] : []),
  ];
  return rows(buttons);
}

function headOf(reply: Reply, labels: DiscordLabels): string {
  if (reply.speaker.kind === "bot") return "";
  return `👤 **${plainLine(reply.speaker.displayName, 80)}** (${labels.person})\n`;
}

function tailOf(reply: Reply, context: EncodeContext, labels: DiscordLabels): readonly string[] {
  return [
    ...sourceLines(reply),
    ...markLines(reply),
    ...(context.saysPrivate ? [`-# ${labels.onlyYou}`] : []),
    ...(context.isCommand && reply.case !== null ? [`-# ${labels.addByCommand}`] : []),
  ];
}

/** The lines of the tail under the last text, in messages of their own where there is no room. */
function withTail(texts: readonly string[], tail: readonly string[]): readonly string[] {
  if (tail.length === 0) return texts;
  const [last = "", whole] = [texts.at(-1), tail.join("\n")];
  // Together, if one message holds them.
  if (last.length + whole.length + 1 > MAX_CONTENT && whole.length <= MAX_CONTENT) {
    return [...texts, whole];
  }
  const filled = [...texts];
  for (const line of tail) {
    const under = `${filled.at(-1) ?? ""}\n${line}`;
    if (filled.length > 0 && under.length <= MAX_CONTENT) filled.splice(-1, 1, under);
    else filled.push(line);
  }
  return filled;
}

/** The text of a reply as a file, with its sources. */
export function fileOf(reply: Reply): AnswerFile {
  const sources = reply.citations.map(({ n, title, source }) => `[${n}] ${title} — ${source}`);
  const text = [safeText(reply.text), ...sources].join("\n\n");
  return { name: "answer.md", text: text.slice(0, MAX_FILE) };
}

/** An answer that is still being written, with a button that ends it. */
export function draftOf(written: string, language: Language, place: ButtonPlace): EncodedPart {
  const text = cut(safeText(written).trim(), MAX_PART);
  return {
    content: text === "" ? "…" : text,
    components: [row([button(ACTIONS.stop, discordLabels(language).stop, "", place)])],
    file: null,
  };
}

/**
 * A reply as Discord messages, mostly one. Nothing of it can notify people, and it keeps every limit. What is too long goes on
 * in further messages, parted at paragraphs and code blocks; very long texts come as a file. Nothing is cut.
 */
export function encodeReply(reply: Reply, context: EncodeContext): readonly EncodedPart[] {
  if (context.isDraft) return [draftOf(reply.text, reply.language, context)];
  const labels = discordLabels(reply.language);
  const text = safeText(reply.text).trim();
  const whole = headOf(reply, labels) + (text === "" ? "…" : text);
  const parts = splitMarkdown(whole, MAX_PART);
  const isFile = parts.length > (context.longAnswers === "file" ? 1 : MAX_PARTS);
  const shown = isFile ? [parts[0] ?? "…", `-# ${labels.inFile}`] : parts;
  const contents = withTail(isFile ? joined(shown) : shown, tailOf(reply, context, labels));
  const isBot = reply.speaker.kind === "bot";
  const isLong = parts.length > 1 && !isFile;
  return contents.map((content, index) => {
    const isLast = index === contents.length - 1;
    const rows = [
      ...(isLast ? optionRows(reply, context) : []),
      ...(isLast && isBot ? buttonsOf(reply, context, isLong) : []),
    ];
    return { content, components: rows, file: isLast && isFile ? fileOf(reply) : null };
  });
}

function joined(lines: readonly string[]): readonly string[] {
  const text = lines.join("\n");
  return text.length <= MAX_CONTENT ? [text] : lines;
}
