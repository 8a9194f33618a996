import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkFrontmatter, ["yaml", "toml"]);

/** Markdown as a tree (mdast). */
export type MarkdownTree = ReturnType<typeof processor.parse>;
/** Any node of the tree below its root. */
export type MarkdownNode = MarkdownTree["children"][number];
/** The nodes of one type. */
export type MarkdownNodeOf<Type extends MarkdownNode["type"]> = Extract<
  MarkdownNode,
  { type: Type }
>;

/** Parses Markdown with GFM and front matter (YAML or TOML). */
export function parseTree(source: string): MarkdownTree {
  return processor.parse(source);
}
