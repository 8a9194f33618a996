import { dayOf, type Visibility } from "../../src/core/index.ts";
import { cleanLine, cut } from "./text.ts";

/** A message as it is now, and whether it may become a document. */
export interface LookedAt {
  readonly author: string;
  readonly text: string;
  /** Name of the channel, as people know it. */
  readonly channelName: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly link: string;
  /** Who may read the document; null: it stands in a private place of which nothing was said. */
  readonly visibility: Visibility | null;
}

const MAX_TITLE = 100;

/** A line of the message that looks like a heading would end its passage. */
function plain(text: string): string {
  return text.replaceAll(/^(#{1,6}\s)/gmu, "\\$1").trim();
}

/**
 * The document that a message of a chat becomes: titled by its first line, with who wrote it where and when, and the link
 * that leads back to it. Null when it has no words.
 */
export function markedDocument(
  seen: Omit<LookedAt, "visibility">,
): { readonly title: string; readonly text: string } | null {
  const body = plain(seen.text);
  const [first = ""] = body.split("\n");
  const title = cut(cleanLine(first.replaceAll(/[\\#*_`>]+/gu, " ")).trim(), MAX_TITLE);
  if (title === "") return null;
  const day = dayOf(seen.writtenAt);
  const author = cleanLine(seen.author);
  const text = `# ${title}\n\n${body}\n\n${author}, #${cleanLine(seen.channelName)}, ${day}: <${seen.link}>\n`;
  return { title, text };
}
