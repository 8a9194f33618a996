/** One thing about Discord that was looked at. */
export interface DiscordFinding {
  readonly check: string;
  readonly status: "ok" | "warning" | "problem";
  readonly detail: string;
  /** What to do; empty when nothing is to be done. */
  readonly advice: string;
}
