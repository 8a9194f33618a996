import { FrontdeskError } from "../core/index.ts";
import { createReducer, type MachineKind, type Reducer } from "./reduce.ts";

/** The machine kinds that this worker runs, by name. */
export interface Registry {
  /** Null for a kind that is not here. */
  get(kind: string): Reducer | null;
  /** The newest snapshot version that is understood, by kind; what a claim asks for. */
  readonly supports: Readonly<Record<string, number>>;
}

/**
 * Collects machine kinds.
 * @throws FrontdeskError `internal` when two have one name, a name or version is malformed, a migration is missing, or a
 *   machine cannot be kept (see {@link createReducer})
 */
export function createRegistry(kinds: readonly MachineKind[]): Registry {
  const reducers = new Map<string, Reducer>();
  for (const kind of kinds) {
    assertKind(kind);
    if (reducers.has(kind.kind)) {
      throw new FrontdeskError("internal", `two machines are named ${kind.kind}`);
    }
    reducers.set(kind.kind, createReducer(kind));
  }
  return {
    get: (kind) => reducers.get(kind) ?? null,
    supports: Object.fromEntries(kinds.map(({ kind, version }) => [kind, version])),
  };
}

function assertKind({ kind, version, migrations }: MachineKind): void {
  if (!/^[a-z][a-z0-9-]{0,63}$/u.test(kind)) {
    throw new FrontdeskError("internal", `"${kind}" cannot name a machine: a-z, 0-9 and - only`);
  }
  if (!Number.isInteger(version) || version < 1) {
    throw new FrontdeskError("internal", `machine ${kind}: version must be 1 or more`);
  }
  for (let from = 1; from < version; from += 1) {
    if (migrations[from] === undefined) {
      throw new FrontdeskError("internal", `machine ${kind}: migration from ${from} is missing`);
    }
  }
}
