import type { FastifyRequest } from "fastify";
import { jwtVerify } from "jose";
import { z } from "zod";
import { FrontdeskError, type Principal, ROLES, userId } from "../../core/index.ts";
import { bearerOf, isSameKey } from "../api-key.ts";

/** Who asks: whoever has the key, and with it everything; or a person with rights of his own. */
export type Caller =
  | { readonly kind: "operator" }
  | { readonly kind: "person"; readonly principal: Principal };

/** What lets callers in. */
export interface CallerSettings {
  /** Each of them opens everything. */
  readonly apiKeys: readonly string[];
  /** Signs the tokens of people; null: there are none. */
  readonly jwtSecret: string | null;
}

const ALGORITHM = "HS256";
const claims = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  role: z.enum(ROLES).default("guest"),
  groups: z.array(z.string().min(1).max(200)).max(500).default([]),
});

/** Tells who asks. */
export function createCallers({
  apiKeys,
  jwtSecret,
}: CallerSettings): (request: FastifyRequest) => Promise<Caller> {
  const secret = jwtSecret === null ? null : new TextEncoder().encode(jwtSecret);

  async function personOf(token: string): Promise<Caller> {
    if (secret === null) throw refused("This is not the key of the HTTP API.");
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        requiredClaims: ["sub", "exp"],
      });
      const { sub, name, role, groups } = claims.parse(payload);
      const principal: Principal = {
        platform: "http",
        userId: userId(sub),
        displayName: name ?? sub,
        role,
        groups,
      };
      return { kind: "person", principal };
    } catch {
      throw refused(
        "This is neither the key of the HTTP API nor a token signed with http.jwtSecret (HS256, with `sub`, `exp`, `role` and `groups`) that still holds.",
      );
    }
  }

  return async (request) => {
    if (apiKeys.length === 0 && secret === null) {
      throw refused(
        "The HTTP API is closed, because no key is set. Set FRONTDESK_HTTP_API_KEY (http.apiKey) to a long random word and restart.",
      );
    }
    const token = bearerOf(request.headers.authorization);
    if (token === null) {
      throw refused(
        "This needs the key of the HTTP API or a token: send the header `Authorization: Bearer <key>`.",
      );
    }
    if (apiKeys.some((key) => isSameKey(token, key))) return { kind: "operator" };
    return personOf(token);
  };
}

function refused(message: string): FrontdeskError {
  return new FrontdeskError("unauthorized", message);
}
