/** What the bot is doing at the moment, honestly; shown while a turn runs and never stored. */
export type Progress =
  | { readonly type: "stage"; readonly stage: "understanding" | "searching" | "checking" }
  | { readonly type: "stage"; readonly stage: "reading"; readonly documents: number }
  | { readonly type: "stage"; readonly stage: "searching-web" }
  | { readonly type: "stage"; readonly stage: "thinking" | "writing" }
  | {
      readonly type: "stage";
      readonly stage: "queued";
      readonly place: number;
      /** How many wait; absent where nobody knows. */
      readonly of?: number;
      readonly etaMs: number | null;
    }
  /** A further piece of the answer; `reset` means that what was shown so far is void. */
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "reset" };
