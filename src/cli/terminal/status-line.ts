import type { Theme } from "../../../adapters/console/index.ts";
import { cutLine } from "../../../adapters/console/index.ts";
import type { Progress } from "../../core/index.ts";
import type { ChatTexts } from "./chat-texts.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
/** Shorter waits need no seconds. */
const SHOW_SECONDS_AFTER_MS = 3_000;

/** What is going on, as the status line tells it. */
export interface Activity {
  readonly stage: Extract<Progress, { type: "stage" }> | null;
  /** Said instead of the stage. */
  readonly note: string | null;
  readonly startedAt: number;
}

/** One line that says honestly what is being done, and for how long. */
export function statusLine(
  activity: Activity,
  options: {
    readonly now: number;
    readonly width: number;
    readonly theme: Theme;
    readonly texts: ChatTexts;
  },
): string {
  const { now, theme, texts } = options;
  const frame = FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length] ?? "";
  const stage = activity.stage === null ? texts.working : texts.stages(activity.stage);
  const elapsed = now - activity.startedAt;
  const seconds =
    elapsed < SHOW_SECONDS_AFTER_MS ? "" : ` · ${texts.seconds(Math.floor(elapsed / 1000))}`;
  const words = cutLine(`${activity.note ?? stage}${seconds}`, options.width - 2);
  return `${theme.paint("accent", frame)} ${theme.paint("dim", words)}`;
}
