/** How long a platform remembers which thread is a case's, and which lines are its own. */
export const CASE_MS = 365 * 24 * 3_600_000;
