import { detectLanguage, type Language } from "../../../src/core/index.ts";
import type { Chunk } from "../../document.ts";
import type { Block } from "../blocks.ts";
import { packPieces, packText } from "./pack.ts";
import { toPieces } from "./pieces.ts";
import { dropTitle, isWithin, mergeTiny, type Section, splitSections } from "./sections.ts";

/** Sizes of chunks, in tokens as {@link estimateTokens} counts them. */
export interface ChunkLimits {
  /** What a part of a long section aims at. Default 400. */
  readonly target: number;
  /** A section up to this size stays whole, and no chunk of prose is longer. Default 450. */
  readonly max: number;
  /** A table or code block up to this size stays whole. Default 700. */
  readonly wholeMax: number;
  /** What the parts of a long section share. Default 60, which is 15 % of the target. */
  readonly overlap: number;
  /** A section up to this size joins neighbours of its kind. Default 12. */
  readonly tiny: number;
}

/** The defaults of {@link ChunkLimits}. */
export const CHUNK_LIMITS: ChunkLimits = {
  target: 400,
  max: 450,
  wholeMax: 700,
  overlap: 60,
  tiny: 12,
};

/**
 * Cuts a document into chunks that follow its headings: every section with a heading of its own is at least one chunk,
 * long ones are cut at sentences with some overlap, tables and code stay whole as long as they can.
 */
export function chunkBlocks(
  blocks: readonly Block[],
  options: { readonly title: string; readonly language: Language; readonly limits?: ChunkLimits },
): Chunk[] {
  const limits = options.limits ?? CHUNK_LIMITS;
  const sections = mergeTiny(dropTitle(splitSections(blocks), options.title), limits.tiny);
  return sections.flatMap((section, index) =>
    chunkSection(withOwnText(section, sections[index + 1]), options.language, limits),
  );
}

/** A heading with nothing below it, not even merged sections, is all that its section says: it becomes the text. */
function withOwnText(section: Section, next: Section | undefined): Section {
  const heading = section.path.at(-1);
  if (section.body.length > 0 || heading === undefined) return section;
  if (next !== undefined && isWithin(next.path, section.path)) return section;
  return {
    ...section,
    body: [{ kind: "prose", text: heading, glue: "\n\n", page: section.page }],
  };
}

function chunkSection(section: Section, language: Language, limits: ChunkLimits): Chunk[] {
  return packPieces(toPieces(section.body, limits), limits).map((pack) => {
    const text = packText(pack);
    return {
      section: section.path.join(" › "),
      page: pack.pieces[pack.repeated]?.page ?? section.page,
      text,
      language: detectLanguage(text, language),
    };
  });
}
