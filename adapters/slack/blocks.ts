import type { types } from "@slack/bolt";
import type { Citation, Reply, ReplyOption } from "../../src/core/index.ts";
import { ACTIONS } from "./action-ids.ts";
import { type SlackLabels, slackLabels } from "./labels.ts";
import { cleanLine, cut, defuse, mrkdwnLine } from "./safe-text.ts";

/** A block of a Slack message. */
export type SlackBlock = types.KnownBlock;

// Limits from docs.slack.dev/reference/block-kit.
const MAX_LABEL = 75;
const MAX_SELECT_VALUE = 150;
const MAX_BUTTONS = 5;
const MAX_CHOICES = 100;
const MAX_CONTEXT_ELEMENTS = 10;
const MAX_SOURCE = 280;
/** A longer address is worth less than the rest of the message: its source is named without it. */
const MAX_LINK = 1_000;

/** Standard Markdown. */
export function markdownBlock(text: string): SlackBlock {
  return { type: "markdown", text };
}

// Of one message; Slack takes 50 blocks and some 13,200 characters in them.
const MAX_SOURCE_CHARACTERS = 9_000;
const MAX_SOURCES = 100;

/** Slack refuses longer texts (a very long display name, say). */
const MAX_CONTEXT_TEXT = 2_900;

/** Small grey lines; each is Slack's own markup already. */
export function contextBlock(lines: readonly string[]): SlackBlock {
  return {
    type: "context",
    elements: lines.map((text) => ({ type: "mrkdwn", text: cut(text, MAX_CONTEXT_TEXT) })),
  };
}

/** A line in Slack's own markup. */
export function sectionBlock(text: string): SlackBlock {
  return { type: "section", text: { type: "mrkdwn", text } };
}

/** A button's words; Slack refuses empty ones and those of more than 75 characters. */
function buttonLabel(text: string): string {
  const line = cut(defuse(cleanLine(text)), MAX_LABEL);
  return line === "" ? "…" : line;
}

/** A button. */
export function button(
  actionId: string,
  label: string,
  value: string,
  style: "primary" | null = null,
): types.Button {
  return {
    type: "button",
    action_id: actionId,
    text: { type: "plain_text", text: buttonLabel(label), emoji: true },
    value,
    ...(style === null ? {} : { style }),
  };
}

/** A row of buttons. */
export function actionsBlock(elements: readonly types.Button[], blockId?: string): SlackBlock {
  const id = blockId === undefined ? {} : { block_id: blockId };
  return { type: "actions", elements: [...elements], ...id };
}

/** @param source an address that is shown as a link if it is not too long */
function linkTarget(source: string): string | null {
  if (!/^https?:\/\/[^\s|<>]+$/u.test(source) || !URL.canParse(source)) return null;
  const target = source.replaceAll("&", "&amp;");
  return target.length > MAX_LINK ? null : target;
}

/** A path as a reader would look for it: where it lies on the server is of no use to him. */
export function shownPath(source: string): string {
  // Half an address leads nowhere.
  if (source.length > MAX_LINK && URL.canParse(source)) return new URL(source).host || "—";
  const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/u.test(source);
  return isAbsolute ? source.split(/[\\/]/u).slice(-2).join("/") : source;
}

function sourceLine(citation: Citation, labels: SlackLabels): string {
  const { n, title, section, source, origin } = citation;
  const place = [title, section.startsWith(title) ? section.slice(title.length) : section]
    .map((part) => cleanLine(part).replace(/^› /u, ""))
    .filter((part) => part !== "")
    .join(" › ");
  const name = mrkdwnLine(cut(place === "" ? shownPath(source) : place, MAX_SOURCE)) || "—";
  const link = linkTarget(source);
  const where = link === null ? name : `<${link}|${name.replaceAll("|", "¦")}>`;
  const isNamed = link === null && place !== "" && source.trim() !== "";
  const path = isNamed ? ` — ${mrkdwnLine(cut(shownPath(source), MAX_SOURCE))}` : "";
  return `[${n}] ${where}${path}${origin === "web" ? ` (${labels.web})` : ""}`;
}

/** The numbered sources of an answer, with links, in groups that each fit into a message of their own. */
export function sourceGroups(reply: Reply): readonly (readonly string[])[] {
  const labels = slackLabels(reply.language);
  const groups: string[][] = [];
  let room = 0;
  for (const citation of reply.citations) {
    const line = sourceLine(citation, labels);
    room -= line.length;
    const isFull = room < 0 || groups.at(-1)?.length === MAX_SOURCES;
    if (isFull) {
      groups.push([]);
      room = MAX_SOURCE_CHARACTERS - line.length;
    }
    groups.at(-1)?.push(line);
  }
  return groups;
}

/** Lines of sources as blocks, ten to a block. */
export function sourceBlocks(lines: readonly string[]): readonly SlackBlock[] {
  const starts = Array.from(
    { length: Math.ceil(lines.length / MAX_CONTEXT_ELEMENTS) },
    (_, n) => n * MAX_CONTEXT_ELEMENTS,
  );
  return starts.map((start) => contextBlock(lines.slice(start, start + MAX_CONTEXT_ELEMENTS)));
}

/** What a reader should know about how the answer came about. */
export function markBlocks(reply: Reply): readonly SlackBlock[] {
  const labels = slackLabels(reply.language);
  if (reply.marks.length === 0) return [];
  return [contextBlock([`_${reply.marks.map((mark) => labels.marks[mark]).join(" · ")}_`])];
}

/** Who of the team speaks. */
export function speakerBlocks(reply: Reply): readonly SlackBlock[] {
  if (reply.speaker.kind === "bot") return [];
  const { person } = slackLabels(reply.language);
  return [contextBlock([`👤 *${mrkdwnLine(reply.speaker.displayName)}* (${person})`])];
}

function selectBlock(
  options: readonly ReplyOption[],
  labels: SlackLabels,
  blockId: string,
): SlackBlock {
  const choices = options.slice(0, MAX_CHOICES).map(({ id, label }) => ({
    text: { type: "plain_text" as const, text: buttonLabel(label) },
    value: id,
  }));
  const placeholder = { type: "plain_text" as const, text: labels.choose };
  const select = { type: "static_select" as const, action_id: ACTIONS.choose, placeholder };
  return {
    type: "actions",
    block_id: blockId,
    elements: [{ ...select, options: choices }],
  };
}

/**
 * The choices of a clarifying question: buttons, or a list when there are more than five.
 * @param questionId comes back with what is pressed
 */
export function optionBlocks(reply: Reply, questionId: string): readonly SlackBlock[] {
  const { options } = reply;
  if (options.length === 0) return [];
  const blockId = `${ACTIONS.options}:${questionId}`;
  const labels = slackLabels(reply.language);
  const isLong = options.length > MAX_BUTTONS;
  if (isLong && options.every(({ id }) => id.length <= MAX_SELECT_VALUE)) {
    return [selectBlock(options, labels, blockId)];
  }
  const buttons = options
    .slice(0, 25)
    .map(({ id, label }, index) => button(`${ACTIONS.choose}:${index}`, label, id));
  return [actionsBlock(buttons, blockId)];
}

/** Thumbs under an answer. */
export function feedbackBlock(reply: Reply, answerId: string): SlackBlock {
  const labels = slackLabels(reply.language);
  const text = (label: string) => ({ type: "plain_text" as const, text: label });
  return {
    type: "context_actions",
    block_id: `${ACTIONS.feedback}:${answerId}`,
    elements: [
      {
        type: "feedback_buttons",
        action_id: ACTIONS.feedback,
        positive_button: { text: text(labels.good), value: "good" },
        negative_button: { text: text(labels.bad), value: "bad" },
      },
    ],
  };
}
