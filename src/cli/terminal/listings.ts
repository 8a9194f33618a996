import {
  citationLines,
  type Layout,
  paintLine,
  renderWords,
  replyLabels,
  safeLine,
  shownSource,
  span,
} from "../../../adapters/console/index.ts";
import type { Language, RankedPassage, Reply } from "../../core/index.ts";
import type { SourceSummary } from "../../ports/knowledge-base.ts";
import type { LoggedMessage } from "../../ports/message-log.ts";
import type { ChatTexts } from "./chat-texts.ts";

const EXCERPT_LENGTH = 300;

function indented(lines: readonly string[], indent: string): readonly string[] {
  return lines.map((line) => (line === "" ? line : `${indent}${line}`));
}

function words(text: string, layout: Layout, indent = ""): readonly string[] {
  return indented(renderWords(text, { ...layout, width: layout.width - indent.length }), indent);
}

function dim(text: string, layout: Layout, indent = ""): readonly string[] {
  const lines = renderWords([span(text, "dim")], {
    ...layout,
    width: layout.width - indent.length,
  });
  return indented(lines, indent);
}

/** A thin rule with a few words in it. */
export function ruleLine(text: string, layout: Layout): string {
  return layout.theme.paint("dim", `── ${text} ──`);
}

/** Passages as `/search` shows them. */
export function passageLines(
  passages: readonly RankedPassage[],
  layout: Layout,
): readonly string[] {
  return passages.flatMap((passage, index) => {
    const place = [passage.title, passage.section].map(safeLine).filter((part) => part !== "");
    const text = safeLine(passage.text);
    const excerpt =
      text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH).trimEnd()}…` : text;
    const marker = layout.theme.paint("accent", `${index + 1}`.padStart(2));
    const [head = "", ...more] = words(place.join(" › "), layout, "    ");
    return [
      ...(index === 0 ? [] : [""]),
      `${marker}  ${head.trimStart()}`,
      ...more,
      ...dim(
        `${safeLine(shownSource(passage.source, layout.folder))}  ${passage.score.toFixed(2)}`,
        layout,
        "    ",
      ),
      ...words(excerpt, layout, "    "),
    ];
  });
}

/** What the knowledge base holds. */
export function sourceLines(
  sources: readonly SourceSummary[],
  texts: ChatTexts,
  layout: Layout,
): readonly string[] {
  if (sources.length === 0) return words(texts.noSources, layout);
  return sources.flatMap((source) => [
    ...words(safeLine(shownSource(source.root, layout.folder)), layout),
    ...dim(
      [
        texts.sourceCounts(source.documents, source.chunks),
        safeLine(source.collection),
        source.visibility,
        source.languages.join(" + "),
      ].join(" · "),
      layout,
      "  ",
    ),
  ]);
}

/** The sources of one answer with their words, also those that the answer itself quotes. */
export function answerSourceLines(reply: Reply, layout: Layout): readonly string[] {
  return citationLines(reply.citations, replyLabels(reply.language), {
    width: layout.width,
    folder: layout.folder,
    shownText: "",
  }).map((line) => paintLine(line, layout.theme));
}

/** What was said before, in short: questions marked as on the prompt, answers without their sources. */
export function transcriptLines(
  messages: readonly LoggedMessage[],
  layout: Layout,
  renderText: (message: LoggedMessage) => readonly string[],
): readonly string[] {
  return messages.flatMap((message, index) => {
    const gap = index === 0 ? [] : [""];
    if (message.author === "user") {
      const lines = words(message.text.trim(), layout, "  ").map((line) => line.slice(2));
      return [...gap, ...lines.map((line, at) => (at === 0 ? `› ${line}` : `  ${line}`))];
    }
    return [...gap, ...indented(renderText(message), "  ")];
  });
}

/** Two columns: what to type, and what it does. */
export function helpLines(texts: ChatTexts, layout: Layout, language: Language): readonly string[] {
  const column = language === "zh" ? 20 : 28;
  return texts.help.flatMap(([command, meaning]) => {
    const lines = renderWords(meaning, { ...layout, width: Math.max(16, layout.width - column) });
    return lines.map((line, index) => {
      const left = index === 0 ? command : "";
      const padding = " ".repeat(Math.max(2, column - widthOf(left)));
      return `${layout.theme.paint("accent", left)}${padding}${line}`;
    });
  });
}

function widthOf(text: string): number {
  // Commands are ASCII but for their example words in Chinese, which take two columns each.
  return [...text].reduce((sum, one) => sum + (/\p{Script=Han}|、/u.test(one) ? 2 : 1), 0);
}
