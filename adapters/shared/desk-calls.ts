import type { CaseCall } from "../../src/core/index.ts";

/** Who is called for cases that nobody has, by ids such as `slack:U123`, `slack:S123`, `discord:123` and `discord:&123`. */
export interface DeskCallees {
  /** For teams that name nobody, and for the one queue of all. */
  readonly desk: readonly string[];
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

/** Nobody by name. */
export const NO_CALLEES: DeskCallees = { desk: [], teams: {} };

/** More names than that call nobody, they only fill the screen. */
const MAX_CALLEES = 20;

/** Whom a line calls here. */
export interface Called {
  /** Ids as the platform knows them, without its name in front. */
  readonly ids: readonly string[];
  /** Whoever has the case can be called here. */
  readonly isHolder: boolean;
}

/** Whom to call on a platform: who has the case, and where nobody has, or somebody elsewhere, those who look after it. */
export function calledOn(
  platform: string,
  { agent, team }: CaseCall,
  { desk, teams }: DeskCallees,
): Called {
  const prefix = `${platform}:`;
  const here = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  const holder = here(agent === null ? [] : [agent]);
  if (holder.length > 0) return { ids: holder, isHolder: true };
  const named = team !== null && Object.hasOwn(teams, team) ? here(teams[team] ?? []) : [];
  const ids = named.length > 0 ? named : here(desk);
  return { ids: ids.slice(0, MAX_CALLEES), isHolder: false };
}
