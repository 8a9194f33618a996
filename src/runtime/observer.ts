import type { Decision, ErrorCode, StageTimings } from "../core/index.ts";

/** What became of one attempt to have an effect. */
export type DeliveryOutcome = "sent" | "reconciled" | "obsolete" | "retried" | "dead";

/** Is told what the engine does, in numbers and names only: for metrics. Must neither throw nor wait. */
export interface RuntimeObserver {
  /** A reply has reached its platform. Timings are those of the reply and of the runtime together. */
  turnFinished(turn: {
    readonly kind: string;
    readonly decision: Decision;
    readonly timings: StageTimings;
  }): void;
  committed(commit: {
    readonly kind: string;
    readonly durationMs: number;
    /** The instance was not there before. */
    readonly isFirst: boolean;
  }): void;
  taskFinished(task: {
    readonly kind: string;
    readonly src: string;
    readonly durationMs: number;
    /** Null when it succeeded. */
    readonly error: ErrorCode | null;
  }): void;
  delivered(delivery: {
    readonly kind: string;
    readonly type: string;
    readonly outcome: DeliveryOutcome;
    readonly attempts: number;
  }): void;
  leaseLost(lease: { readonly kind: string }): void;
  /** A snapshot could not be read or a machine failed; the instance went to its fallback. */
  fellBack(instance: { readonly kind: string }): void;
}

/** Ignores everything. */
export const silentObserver: RuntimeObserver = {
  turnFinished: () => {},
  committed: () => {},
  taskFinished: () => {},
  delivered: () => {},
  leaseLost: () => {},
  fellBack: () => {},
};
