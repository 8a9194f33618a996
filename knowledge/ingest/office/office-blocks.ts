import type { OfficeAttachment, OfficeContentNode } from "officeparser";
import { type Block, prose } from "../blocks.ts";
import { clean } from "../clean.ts";
import { gridBlocks } from "./grid.ts";

const INDENT = "  ";
/** What stands on every page or behind every slide, and what only the authors see. */
const SILENT: ReadonlySet<string> = new Set([
  "header",
  "footer",
  "slideMaster",
  "comment",
  "break",
  "image",
  "drawing",
]);

type ChartData = NonNullable<OfficeAttachment["chartData"]>;

/** What is one piece of text, whatever is inside it. */
const TEXTS: ReadonlySet<string> = new Set(["paragraph", "note", "text", "code"]);

/** Where a node stands, and the numbers of the charts by their names. */
interface Place {
  readonly page: number | null;
  readonly charts: ReadonlyMap<string, ChartData>;
}

/**
 * Turns the tree that the library gives of a document into blocks, in reading order.
 * @param attachments what it found besides the tree; charts become tables
 */
export function officeBlocks(
  nodes: readonly OfficeContentNode[],
  attachments: readonly OfficeAttachment[],
): readonly Block[] {
  const charts = new Map<string, ChartData>();
  for (const { name, chartData } of attachments) {
    if (chartData !== undefined) charts.set(name, chartData);
  }
  return nodes.flatMap((node) => nodeBlocks(node, { page: null, charts }));
}

function nodeBlocks(node: OfficeContentNode, place: Place): readonly Block[] {
  if (SILENT.has(node.type)) return [];
  const page = node.type === "slide" ? slideOf(node) : place.page;
  const notes = (node.notes ?? []).flatMap((note) => textBlocks(note, page));
  return [...ownBlocks(node, place), ...notes];
}

function ownBlocks(node: OfficeContentNode, place: Place): readonly Block[] {
  const { page, charts } = place;
  if (node.type === "slide") return slideBlocks(node, place);
  if (node.type === "heading") return headingBlocks(node, page, node.metadata?.level ?? 1);
  if (node.type === "list") return listBlocks(node, page);
  if (node.type === "table") return tableBlocks(node, page);
  if (node.type === "chart")
    return chartBlocks(charts.get(node.metadata?.attachmentName ?? ""), page);
  if (TEXTS.has(node.type)) return textBlocks(node, page);
  return (node.children ?? []).flatMap((child) => nodeBlocks(child, place));
}

type SlideNode = Extract<OfficeContentNode, { type: "slide" }>;

function slideOf(node: SlideNode): number | null {
  return node.metadata?.slideNumber ?? null;
}

/** Every slide is a section of its own, under its title or its number. */
function slideBlocks(node: SlideNode, place: Place): readonly Block[] {
  const page = slideOf(node);
  const children = node.children ?? [];
  const titleAt = children.findIndex((child) => child.type === "heading" && textOf(child) !== "");
  const title = children[titleAt];
  const text = title === undefined ? `Slide ${page ?? "?"}` : textOf(title);
  const body = children
    .filter((_, index) => index !== titleAt)
    .flatMap((child) => nodeBlocks(child, { ...place, page }))
    // Further "headings" of a slide are large text, not parts of it.
    .map((block) => (block.kind === "heading" ? prose(`**${block.text}**`, page) : block));
  if (title === undefined && body.length === 0) return [];
  return [{ kind: "heading", depth: 1, text, page }, ...body];
}

function headingBlocks(
  node: OfficeContentNode,
  page: number | null,
  level: number,
): readonly Block[] {
  const text = textOf(node);
  if (text === "") return [];
  return [{ kind: "heading", depth: Math.min(Math.max(level, 1), 6), text, page }];
}

function listBlocks(
  node: Extract<OfficeContentNode, { type: "list" }>,
  page: number | null,
): readonly Block[] {
  const text = textOf(node);
  if (text === "") return [];
  const { indentation = 0, listType, itemIndex = 0 } = node.metadata ?? {};
  const mark = listType === "ordered" ? `${itemIndex + 1}.` : "-";
  const glue = itemIndex === 0 && indentation === 0 ? "\n\n" : "\n";
  return [{ kind: "prose", text: `${INDENT.repeat(indentation)}${mark} ${text}`, glue, page }];
}

function tableBlocks(node: OfficeContentNode, page: number | null): readonly Block[] {
  const rows = (node.children ?? []).filter((child) => child.type === "row");
  const grid = rows.map((row) => (row.children ?? []).map(textOf));
  return gridBlocks(grid).map((block) => ({ ...block, page }));
}

/** A chart as the table that it was drawn from. */
function chartBlocks(chart: ChartData | undefined, page: number | null): readonly Block[] {
  if (chart === undefined) return [];
  const rows = [
    ["", ...chart.dataSets.map(({ name }) => name ?? "")],
    ...chart.labels.map((label, row) => [
      label,
      ...chart.dataSets.map(({ values }) => values[row] ?? ""),
    ]),
  ];
  const table = gridBlocks(rows).map((block) => ({ ...block, page }));
  return chart.title === undefined ? table : [prose(chart.title, page), ...table];
}

function textBlocks(node: OfficeContentNode, page: number | null): readonly Block[] {
  const text = textOf(node);
  return text === "" ? [] : [prose(text, page)];
}

/** The text of a node with everything below it; what is laid out as blocks is parted by spaces. */
function textOf(node: OfficeContentNode): string {
  const own = node.text ?? (node.children ?? []).map(textOf).join(" ");
  return clean(own).replaceAll(/\s+/gu, " ").trim();
}
