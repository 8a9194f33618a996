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
  /** Not killed but stopped with SIGSTOP, as a machine that hangs. */
  "stopped-in-task",
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** What the workers of the kill tests answer. */
export function replyTo(input: unknown): string {
  return `answer to ${JSON.stringify(input)}`;
}
