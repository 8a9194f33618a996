import { cleanLine } from "../shared/text.ts";

// Text on its way to Slack comes from models, documents and people: it must not ring bells, hide, or break the request.

export { cleanLine, cleanText, cut } from "../shared/text.ts";

const ZERO_WIDTH_SPACE = "\u200b";
/**
 * Takes the bell out of what would call people: `<!channel>`, `<@U1>`, `@here`, … stay readable and notify nobody.
 * Every `<` before `!`, `@` or `#` is parted from it, so that Slack sees no command of its own in it.
 */
export function defuse(text: string): string {
  return text
    .replaceAll(/<!subteam\^[^>|]*\|@?([^>]*)>/gu, `@${ZERO_WIDTH_SPACE}$1`)
    .replaceAll(/<!(channel|here|everyone)(?:\|[^>]*)?>/gu, `@${ZERO_WIDTH_SPACE}$1`)
    .replaceAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/gu, `@${ZERO_WIDTH_SPACE}$1`)
    .replaceAll(/<(?=[!@#])/gu, `<${ZERO_WIDTH_SPACE}`)
    .replaceAll(/@(?=(?:channel|here|everyone)(?![\p{L}\p{N}_]))/giu, `@${ZERO_WIDTH_SPACE}`);
}

/** Text for Slack's own markup (`mrkdwn`), where `&`, `<` and `>` are special. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A text without rings and oddities as `mrkdwn` on one line. */
export function mrkdwnLine(text: string): string {
  return escapeMrkdwn(defuse(cleanLine(text)));
}
