import { FrontdeskError } from "../../src/core/index.ts";

/** Where something is downloaded from, and what may be said of it. */
export interface Address {
  /** Without user and password. */
  readonly url: URL;
  /** Header for the host of `url` only; null when the address names no user. */
  readonly authorization: string | null;
}

/** @throws FrontdeskError `usage` for whatever is not http or https */
export function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new FrontdeskError("usage", `"${text}" is no http or https address.`);
  }
  const authorization =
    url.username === ""
      ? null
      : `Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString("base64")}`;
  url.username = "";
  url.password = "";
  url.hash = "";
  return { url, authorization };
}

/**
 * A part of an address as it is meant.
 * @throws FrontdeskError `usage` when a percent sign in it stands for itself
 */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new FrontdeskError("usage", "A % in an address has to be written as %25.");
  }
}

/** For messages and records: signed addresses carry secrets in their query. */
export function shownAddress(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Where a redirect leads. Never to a file or another scheme, never from https down to http; a key goes along only within
 * the same origin.
 * @throws FrontdeskError `download_failed`
 */
export function followRedirect(from: Address, location: string | null): Address {
  const to =
    location !== null && URL.canParse(location, from.url.href) ? new URL(location, from.url) : null;
  if (to === null) throw refused(from, "a redirect that leads nowhere");
  if (to.protocol !== "https:" && to.protocol !== "http:") {
    throw refused(from, `a redirect to ${to.protocol}// instead of http`);
  }
  if (from.url.protocol === "https:" && to.protocol === "http:") {
    throw refused(from, "a redirect from https to http, which anybody on the way could change");
  }
  to.username = "";
  to.password = "";
  return { url: to, authorization: to.origin === from.url.origin ? from.authorization : null };
}

function refused(from: Address, what: string): FrontdeskError {
  return new FrontdeskError(
    "download_failed",
    `${shownAddress(from.url)} answered with ${what}. Try another address with --url.`,
  );
}

/** Puts a mirror in the place of an address's host: `https://mirror.example/hub` + `/org/repo/resolve/main/x.gguf`. */
export function onMirror(url: string, mirror: string | null): string {
  if (mirror === null) return url;
  const { pathname, search } = new URL(url);
  return `${mirror.replace(/\/+$/u, "")}${pathname}${search}`;
}
