// Text on its way to Slack comes from models, documents and people: it must not ring bells, hide, or break the request.

const ZERO_WIDTH_SPACE = "\u200b";
const LONE_SURROGATE = /\p{Cs}/gu;
const CONTROL = /\p{Cc}/gu;
const DIRECTION_OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Drops what no reader can see and what JSON or a form cannot carry; line ends become `\n`. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?/gu, "\n")
    .replaceAll(LONE_SURROGATE, "\ufffd")
    .replaceAll(CONTROL, (character) => (character === "\n" || character === "\t" ? character : ""))
    .replaceAll(DIRECTION_OVERRIDE, "");
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/gu, " ").trim();
}

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

/** The first `max` characters, whole characters only, with a mark when something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/u, "");
  return `${head.trimEnd()}…`;
}
