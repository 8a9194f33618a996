import type { UserId } from "./ids.ts";
import type { Platform } from "./platform.ts";

/** What a person may do; `guest` is somebody outside the organisation. */
export const ROLES = ["admin", "editor", "viewer", "restricted-viewer", "guest"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may read a document: everybody, everybody inside the organisation (not guests or restricted viewers), the members
 * of one group, or one person.
 */
export type Visibility = "public" | "internal" | `group:${string}` | `user:${string}`;

/** Who asks, and with which rights. Belongs to the turn, not to the conversation. */
export interface Principal {
  readonly platform: Platform;
  readonly userId: UserId;
  readonly displayName: string;
  readonly role: Role;
  /** Names of groups, without the `group:` prefix. */
  readonly groups: readonly string[];
}

/**
 * Who will read the answer. `private`: only the asker. `shared`: a channel; an answer there may use only what every
 * reader may see, listed in `visible` (`public` is always included by the check).
 */
export type Audience =
  | { readonly kind: "private" }
  | { readonly kind: "shared"; readonly visible: readonly Visibility[] };

/** Reads a visibility as written by a person (`public`, `internal`, `group:hr`, `user:U1`); null when it is none. */
export function parseVisibility(text: string): Visibility | null {
  const trimmed = text.trim();
  if (trimmed === "public" || trimmed === "internal") return trimmed;
  const scope = /^(group|user):(\S{1,120})$/u.exec(trimmed);
  if (scope === null) return null;
  const name = scope[2] ?? "";
  return scope[1] === "group" ? `group:${name}` : `user:${name}`;
}

/** Whether a person may change documents and settings. */
export function mayEdit({ role }: Pick<Principal, "role">): boolean {
  return role === "admin" || role === "editor";
}

/** Whether this role reads what is `internal`: guests and restricted viewers do not. */
export function readsInternal(role: Role): boolean {
  return role !== "guest" && role !== "restricted-viewer";
}

/** Whether this person may read something of this visibility. */
export function principalMayRead(principal: Principal, visibility: Visibility): boolean {
  if (visibility === "public") return true;
  if (visibility === "internal") return readsInternal(principal.role);
  if (visibility.startsWith("group:")) return principal.groups.includes(visibility.slice(6));
  return visibility.slice(5) === principal.userId;
}

/** Whether everybody in this audience may read something of this visibility. */
function audienceMayRead(audience: Audience, visibility: Visibility): boolean {
  if (audience.kind === "private" || visibility === "public") return true;
  return audience.visible.includes(visibility);
}

/** The one rule of access: the asker may read it, and so may all who will see the answer. */
export function mayRead(principal: Principal, audience: Audience, visibility: Visibility): boolean {
  return principalMayRead(principal, visibility) && audienceMayRead(audience, visibility);
}
