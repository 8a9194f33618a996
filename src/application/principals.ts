import { type Principal, type Role, userId } from "../core/index.ts";
import type { Speaker } from "../ports/application.ts";

/** What the configuration says of a person. */
interface PersonEntry {
  readonly role: Role;
  readonly groups: readonly string[];
  readonly name?: string | undefined;
}

/** Who is who, as configured under `access`. */
export interface PeopleSettings {
  readonly defaultRole: Role;
  /** By `platform:id`; for people at a terminal the bare id works too. */
  readonly people: Readonly<Record<string, PersonEntry>>;
}

/** Gives a speaker the rights that the configuration grants. Groups named by the operator at a terminal are added. */
export function principalOf(speaker: Speaker, settings: PeopleSettings): Principal {
  const qualified = `${speaker.platform}:${speaker.userId}`;
  const name = Object.hasOwn(settings.people, qualified) ? qualified : speaker.userId;
  const entry = Object.hasOwn(settings.people, name) ? settings.people[name] : undefined;
  return {
    platform: speaker.platform,
    userId: userId(speaker.userId),
    displayName: entry?.name ?? speaker.displayName ?? speaker.userId,
    role: entry?.role ?? settings.defaultRole,
    groups: [...new Set([...(entry?.groups ?? []), ...speaker.groups])],
  };
}
