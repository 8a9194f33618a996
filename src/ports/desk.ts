import type { CaseEntry, CaseId, CaseRecord, EffectKey } from "../core/index.ts";

/** A change to a case, made visible at the desk. */
export type DeskUpdate =
  | { readonly type: "opened"; readonly record: CaseRecord }
  | { readonly type: "entry"; readonly caseId: CaseId; readonly entry: CaseEntry }
  | {
      readonly type: "state";
      readonly caseId: CaseId;
      readonly state: CaseRecord["state"];
      readonly agent: string | null;
      readonly at: number;
    };

/** Where people of the team see cases; acting on them goes back in as events. */
export interface HumanDesk {
  /** Shows a change once per key. */
  publish(
    update: DeskUpdate,
    call: { readonly key: EffectKey; readonly signal: AbortSignal },
  ): Promise<void>;
}

/** Reading a desk that we keep ourselves (the console's). */
export interface DeskView {
  /** Waiting ones first, oldest first. */
  list(query: { readonly includeResolved: boolean }): Promise<readonly CaseRecord[]>;
  get(id: CaseId): Promise<CaseRecord | null>;
  /** Calls back after a change. Returns the way to stop. */
  watch(listener: (id: CaseId) => void): () => void;
}
