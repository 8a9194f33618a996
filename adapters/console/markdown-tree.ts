import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

const parser = unified().use(remarkParse).use(remarkGfm);

type Root = ReturnType<typeof parser.parse>;

/** Anything that stands on lines of its own. */
export type Block = Root["children"][number];
export type List = Extract<Block, { type: "list" }>;
export type ListItem = List["children"][number];
export type Table = Extract<Block, { type: "table" }>;
/** Anything that stands inside a line. */
export type Inline = Extract<Block, { type: "paragraph" }>["children"][number];

/** Reads CommonMark with tables, task lists and bare links. */
export function parseMarkdown(markdown: string): readonly Block[] {
  return parser.parse(markdown).children;
}
