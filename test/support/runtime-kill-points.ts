/** Where a worker of the kill tests ends itself. */
export const KILL_POINTS = [
  "after-append",
  "after-claim",
  "during-task",
  "during-committed-task",
  "after-task-before-commit",
  "before-send",
  "after-send",
  "after-release",
  "after-draft-post",
  "after-draft-edit",
  /** The first of two messages has arrived and its receipt is written, the second is about to be sent. */
  "between-parts",
  /** While a snapshot of an older version is being lifted to the present one. */
  "during-migration",
  /** Not killed but stopped with SIGSTOP, as a machine that hangs. */
  "stopped-in-task",
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** What is said before a deploy that changes the version of the snapshot. */
export const BEFORE_DEPLOY = "before the deploy";

/** What the workers of the kill tests answer. */
export function replyTo(input: unknown): string {
  return `answer to ${JSON.stringify(input)}`;
}
