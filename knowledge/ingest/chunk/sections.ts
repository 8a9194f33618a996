import type { Block } from "../blocks.ts";
import { estimateTokens } from "./tokens.ts";

/** The blocks under one heading, up to the next heading of any depth. */
export interface Section {
  /** Headings from the outermost to this one. */
  readonly path: readonly string[];
  readonly body: readonly Exclude<Block, { kind: "heading" }>[];
  readonly page: number | null;
}

interface OpenHeading {
  readonly depth: number;
  readonly text: string;
}

/** Cuts a document at its headings. A heading that skips a level hangs under the nearest outer one. */
export function splitSections(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let open: OpenHeading[] = [];
  let body: Section["body"][number][] = [];
  let page: number | null = blocks[0]?.page ?? null;
  const close = (): void => {
    if (body.length > 0 || open.length > 0) {
      sections.push({ path: open.map((heading) => heading.text), body, page });
    }
    body = [];
  };
  for (const block of blocks) {
    if (block.kind !== "heading") {
      body.push(block);
      continue;
    }
    close();
    open = [...open.filter((heading) => heading.depth < block.depth), block];
    page = block.page;
  }
  close();
  return sections;
}

/**
 * Drops the document's title from the paths when it is the one outermost heading: it stands in front of every passage
 * anyway.
 */
export function dropTitle(sections: readonly Section[], title: string): Section[] {
  const outer = sections.filter((section) => section.path.length > 0);
  const isShared = outer.length > 0 && outer.every((section) => section.path[0] === title);
  const isOnce = outer.filter((section) => section.path.length === 1).length <= 1;
  if (!isShared || !isOnce) return [...sections];
  return sections
    .map((section) => ({ ...section, path: section.path.slice(1) }))
    .filter((section) => section.path.length > 0 || section.body.length > 0);
}

/** A heading that asks something keeps its answer to itself, however short. */
const QUESTION =
  /[?？]\s*$|^(?:how|what|why|when|where|who|which|can|do|does|is|are|如何|怎么|怎样|什么|为什么|能否|可以)/iu;

/**
 * Joins neighbours that say next to nothing (one short line under a heading, as in glossaries and lists of values) into
 * one section under their common heading, each with its own heading as a bold line. Questions and everything longer
 * stay on their own, and so does a short section without such a neighbour.
 */
export function mergeTiny(sections: readonly Section[], tinyTokens: number): Section[] {
  const merged: Section[] = [];
  let group: Section[] = [];
  const flush = (): void => {
    merged.push(...(group.length > 1 ? [joinGroup(group)] : group));
    group = [];
  };
  for (const [index, section] of sections.entries()) {
    if (!isTiny(section, sections[index + 1], tinyTokens)) {
      flush();
      merged.push(section);
      continue;
    }
    if (group[0] !== undefined && parentKey(group[0]) !== parentKey(section)) flush();
    group.push(section);
  }
  flush();
  return merged;
}

function isTiny(section: Section, next: Section | undefined, tinyTokens: number): boolean {
  const heading = section.path.at(-1);
  if (heading === undefined || QUESTION.test(heading)) return false;
  if (next !== undefined && isWithin(next.path, section.path)) return false;
  let tokens = 0;
  for (const block of section.body) {
    if (block.kind !== "prose") return false;
    tokens += estimateTokens(block.text);
  }
  return tokens <= tinyTokens;
}

/** Whether a path names a heading or something below it. */
export function isWithin(path: readonly string[], outer: readonly string[]): boolean {
  return path.length >= outer.length && outer.every((heading, index) => path[index] === heading);
}

function parentKey(section: Section): string {
  return JSON.stringify(section.path.slice(0, -1));
}

function joinGroup(group: readonly Section[]): Section {
  const first = group[0];
  const body = group.flatMap((section): Section["body"] => [
    { kind: "prose", text: `**${section.path.at(-1) ?? ""}**`, glue: "\n\n", page: section.page },
    ...section.body.map((block, index) =>
      block.kind === "prose" && index === 0 ? { ...block, glue: "\n" as const } : block,
    ),
  ]);
  return { path: first?.path.slice(0, -1) ?? [], body, page: first?.page ?? null };
}
