/** Notices what happens in a folder or to a file. */
export interface FolderWatch {
  /**
   * Calls back after everything that appears, changes or goes below `path`, until closed. Resolves when it is at work.
   * @throws what the system says when there is nothing at `path`
   */
  watch(path: string, told: WatchListener): Promise<{ close(): Promise<void> }>;
}

interface WatchListener {
  readonly onChange: () => void;
  /** `path` itself is gone, or can be watched no longer; nothing more will be told. */
  readonly onEnd: (error: unknown) => void;
}
