const MASS_MENTION = /@(?=(?:everyone|here|channel)\b)/giu;
const SLACK_MENTION = /<[!@#]([^>\s|]{1,60})(?:\|([^>]{0,60}))?>/gu;
const IMAGE = /!\[([^\]]*)\]\([^)]*\)/gu;
const LINK = /\[([^\]]*)\]\(\s*<?([^)\s>]*)>?[^)]*\)/gu;
const ANGLE_LINK = /<((?:https?|ftp|mailto|tel|javascript|data|file):[^>\s|]*)(?:\|([^>]*))?>/giu;
const BARE_URL = /\b(?:https?|ftp|file|javascript|data):[^\s<>"'`）)\]，。；]+/giu;
const HTML_TAG =
  /<\/?(?:img|script|iframe|a|svg|object|embed|link|style|form|input|video|audio|base|meta)\b[^>]*>?/giu;
const ZERO_WIDTH = "\u200B";

function isKnown(url: string, sources: readonly string[]): boolean {
  const bare = url.replace(/[.,;:!?]+$/u, "");
  return /^https?:\/\//iu.test(bare) && sources.some((source) => holdsUrl(source, bare));
}

/** The URL stands there as a whole, not as the beginning of another one. */
function holdsUrl(source: string, url: string): boolean {
  let at = source.indexOf(url);
  while (at >= 0) {
    const next = source.slice(at + url.length, at + url.length + 2);
    if (!/^[\p{L}\p{N}/_%=&?#@:~+-]|^\.[\p{L}\p{N}]/u.test(next)) return true;
    at = source.indexOf(url, at + 1);
  }
  return false;
}

/**
 * Makes a text harmless to post: mentions that would call many people are broken up, images become their description,
 * and links stay only when they stand verbatim in a source.
 */
export function defuse(text: string, sources: readonly string[]): string {
  return text
    .replace(HTML_TAG, "")
    .replace(IMAGE, (_, alt: string) => alt)
    .replace(LINK, (_, label: string, url: string) =>
      isKnown(url, sources) ? `[${label}](${url})` : label,
    )
    .replace(ANGLE_LINK, (_, url: string, label: string | undefined) =>
      isKnown(url, sources) ? url : (label ?? ""),
    )
    .replace(
      SLACK_MENTION,
      (_, name: string, label: string | undefined) => `@${ZERO_WIDTH}${label ?? name}`,
    )
    .replace(BARE_URL, (url) => (isKnown(url, sources) ? url : ""))
    .replace(MASS_MENTION, `@${ZERO_WIDTH}`);
}
