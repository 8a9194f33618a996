import type { Reply } from "../../src/core/index.ts";
import { splitMarkdown } from "../shared/split-markdown.ts";
import { ACTIONS } from "./action-ids.ts";
import {
  actionsBlock,
  button,
  contextBlock,
  feedbackBlock,
  markBlocks,
  markdownBlock,
  optionBlocks,
  type SlackBlock,
  sourceBlocks,
  sourceGroups,
  speakerBlocks,
} from "./blocks.ts";
import { slackLabels } from "./labels.ts";
import { cleanText, cut, defuse, escapeMrkdwn } from "./safe-text.ts";

/** One Slack message of a reply. */
export interface EncodedPart {
  /** What notifications and screen readers show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** All that is to be read in it, for when Slack does not take the blocks. */
  readonly plain: string;
}

/** Where a reply is shown. */
export interface EncodeContext {
  readonly isDraft: boolean;
  readonly isEphemeral: boolean;
  /** In a channel's thread, which the bot can be told to leave. */
  readonly canStopListening: boolean;
  /** Under this name the answer can be shared with the channel; null when it cannot. */
  readonly shareId: string | null;
  /** Under this name thumbs find the answer again; null where there are none. */
  readonly answerId: string | null;
  /** Names a question back, so that each version of it can be answered once. */
  readonly questionId: string;
  /** A line why only the asker sees it. */
  readonly saysPrivate: boolean;
}

// All markdown blocks of a message may hold 12,000 characters, all blocks together some 13,200 (slackapi/bolt-js#2509).
const MAX_PART = 9_000;
/** Text and sources of one message: the rest is for options, marks and buttons. */
const MAX_TEXT_AND_SOURCES = 10_500;
const MAX_NOTIFICATION = 300;

function notification(text: string): string {
  const plain = text
    .replaceAll(/[*_`#>]+/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return escapeMrkdwn(cut(plain === "" ? "…" : plain, MAX_NOTIFICATION));
}

/** The text of a reply in pieces that fit into one message each; nothing of it is left out. */
function textParts(reply: Pick<Reply, "text">): readonly string[] {
  const text = defuse(cleanText(reply.text));
  return splitMarkdown(text.trim() === "" ? "…" : text, MAX_PART);
}

/** What one message says of a reply: a piece of its text, some of its sources, or both. */
interface Piece {
  readonly text: string | null;
  readonly sources: readonly string[];
}

/** A reply in pieces that fit into one message each; sources that do not fit under the text follow it. */
export function piecesOf(reply: Reply): readonly Piece[] {
  const texts = textParts(reply);
  const groups = sourceGroups(reply);
  const [first = [], ...more] = groups;
  const last = texts.at(-1) ?? "";
  const length = first.reduce((sum, line) => sum + line.length, last.length);
  const isTogether = length <= MAX_TEXT_AND_SOURCES;
  return [
    ...texts.map((text, index) => ({
      text,
      sources: isTogether && index === texts.length - 1 ? first : [],
    })),
    ...(isTogether ? more : groups).map((sources) => ({ text: null, sources })),
  ];
}

/** The text so far of an answer that is being written, for a place to which text is only added. */
export function streamText(reply: Reply): string {
  return defuse(cleanText(reply.text));
}

function encodeDraft(reply: Reply): EncodedPart {
  const labels = slackLabels(reply.language);
  const text = cut(defuse(cleanText(reply.text)), MAX_PART).trim();
  return {
    text: notification(text),
    blocks: [
      markdownBlock(text === "" ? "…" : text),
      actionsBlock([button(ACTIONS.stop, labels.stop, "stop")]),
    ],
    plain: escapeMrkdwn(text === "" ? "…" : text),
  };
}

function buttonsOf(reply: Reply, context: EncodeContext): readonly SlackBlock[] {
  const labels = slackLabels(reply.language);
  const isAnswer = reply.decision === "answer" || reply.decision === "decline";
  const buttons = [
    ...(context.shareId !== null && reply.decision === "answer"
      ? [button(ACTIONS.share, labels.share, context.shareId)]
      : []),
    ...(isAnswer && reply.case === null
      ? [button(ACTIONS.person, labels.askPerson, reply.language)]
      : []),
    ...(context.canStopListening && isAnswer
      ? [button(ACTIONS.mute, labels.stopListening, reply.language)]
      : []),
  ];
  const { answerId } = context;
  const thumbs =
    reply.decision === "answer" && answerId !== null ? [feedbackBlock(reply, answerId)] : [];
  return [...thumbs, ...(buttons.length === 0 ? [] : [actionsBlock(buttons)])];
}

/**
 * A reply as Slack messages, mostly one. Nothing of it can notify people, and it keeps every limit of Block Kit; a long text
 * takes as many messages as it needs.
 */
export function encodeReply(reply: Reply, context: EncodeContext): readonly EncodedPart[] {
  if (context.isDraft) return [encodeDraft(reply)];
  const labels = slackLabels(reply.language);
  const parts = piecesOf(reply);
  const isBot = reply.speaker.kind === "bot";
  return parts.map(({ text, sources }, index) => {
    const isFirst = index === 0;
    const isLast = index === parts.length - 1;
    const blocks = [
      ...(isFirst ? speakerBlocks(reply) : []),
      ...(text === null ? [] : [markdownBlock(text)]),
      ...(isLast ? optionBlocks(reply, context.questionId) : []),
      ...sourceBlocks(sources),
      ...(isLast ? markBlocks(reply) : []),
      ...(isLast && context.saysPrivate ? [contextBlock([labels.onlyYou])] : []),
      ...(isLast && isBot ? buttonsOf(reply, context) : []),
    ];
    const plain = [escapeMrkdwn(text ?? ""), ...sources].filter((line) => line !== "").join("\n");
    return { text: notification(text ?? reply.text), blocks, plain };
  });
}
