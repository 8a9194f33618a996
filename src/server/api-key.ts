import { createHash, timingSafeEqual } from "node:crypto";
import type { onRequestAsyncHookHandler } from "fastify";
import { FrontdeskError } from "../core/index.ts";
import { toWireError } from "./wire.ts";

/** What stands behind `Authorization: Bearer`; null when there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  return SCHEME.exec(authorization ?? "")?.groups?.["key"] ?? null;
}

const SCHEME = /^Bearer +(?<key>\S+) *$/iu;

/** Both sides are hashed first, so that neither content nor length shows in the time that it takes. */
export function isSameKey(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** What a key is called, for whoever lacks it. */
interface KeyName {
  readonly variable: string;
  readonly key: string;
  /** What it opens. */
  readonly what: string;
}

const HTTP_API: KeyName = {
  variable: "FRONTDESK_HTTP_API_KEY",
  key: "http.apiKey",
  what: "HTTP API",
};

/**
 * Lets requests pass that carry `Authorization: Bearer <key>`. Others get 401, or 403 where no key is configured; both say
 * what to do.
 */
export function requireApiKey(
  apiKey: string | null,
  { variable, key, what }: KeyName = HTTP_API,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (apiKey === null) {
      const error = new FrontdeskError(
        "unauthorized",
        `The ${what} is closed, because no key is set. Set ${variable} (${key}) to a long random word and restart.`,
      );
      return reply.code(403).send({ error: toWireError(error) });
    }
    const given = bearerOf(request.headers.authorization);
    if (given !== null && isSameKey(given, apiKey)) return;
    const error = new FrontdeskError(
      "unauthorized",
      given === null
        ? `This needs the key of the ${what}: send the header \`Authorization: Bearer <key>\`, with the value of ${variable}.`
        : `This is not the key of the ${what}; it is the value of ${variable} (${key}).`,
    );
    return reply
      .code(401)
      .header("www-authenticate", "Bearer")
      .send({ error: toWireError(error) });
  };
}
