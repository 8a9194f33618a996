import type { ModelStatus } from "./chat-model.ts";

/** How the last answers of a model went. */
export interface SwapFigures {
  readonly answers: number;
  readonly failures: number;
  /** Medians; null while there is too little to tell. */
  readonly firstTokenMs: number | null;
  readonly msPerToken: number | null;
}

interface SwapSide {
  readonly model: string;
  readonly state: ModelStatus["state"];
  readonly figures: SwapFigures;
}

/** Which chat model answers, and which one is being tried beside it. */
export interface SwapStatus {
  readonly current: SwapSide;
  /** `sharing`: it is loaded, has answered a trial question, and gets `sharePercent` of the new conversations. */
  readonly candidate:
    | (SwapSide & { readonly phase: "loading" | "sharing"; readonly sharePercent: number })
    | null;
  /** How the last one that was tried has ended; null before the first. */
  readonly last: {
    readonly model: string;
    readonly outcome: "finished" | "rolled-back";
    /** Null when an operator wanted it so. */
    readonly reason: string | null;
  } | null;
}

/** What an operator can do with the chat model while it runs. */
export type SwapAct =
  | { readonly type: "begin"; readonly model: string; readonly sharePercent: number }
  | { readonly type: "share"; readonly sharePercent: number }
  | { readonly type: "finish" }
  | { readonly type: "roll-back" };

/** Replaces the chat model of this process without a break. */
export interface ModelSwap {
  status(): SwapStatus;
  /**
   * Returns at once; loading goes on afterwards and is to be seen in {@link ModelSwap.status}.
   * @throws FrontdeskError `usage` when this is not its time, `model_not_found`, `unsupported` without a local chat model
   */
  act(act: SwapAct): SwapStatus;
}
