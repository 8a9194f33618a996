/** A file that was written to its end. */
interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Name of the machine it lies on. */
  readonly machine: string;
}

/** Files of records that people take away: one line each. */
export interface RecordFiles {
  /**
   * Writes lines to a file that appears whole or not at all, whenever the process dies: they go to a temporary file
   * beside it, which takes its place at the end. Only this user may read it. What a killed attempt left is removed.
   * @param path a name inside the exports folder, or an absolute path
   * @throws FrontdeskError `export_failed`, `disk_full` (retryable)
   */
  write(
    path: string,
    lines: AsyncIterable<string>,
    call: { readonly signal: AbortSignal },
  ): Promise<WrittenFile>;
}
