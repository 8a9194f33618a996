import type { Dispatcher } from "undici";
import type { Timers } from "../engine/timers.ts";
import type { Address } from "./address.ts";

/** How far a download has come. */
export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  readonly address: Address;
  /** What it becomes; its folder must be there. */
  readonly target: string;
  /** Known beforehand; a server that announces another size is refused. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Told once, before the first byte is written: may refuse by throwing. */
  onSize?(missingBytes: number | null, totalBytes: number | null): void;
  /** What the disk has left now, null when it cannot be told; asked while the file comes. Without it nothing is kept free. */
  readonly freeDiskBytes?: () => number | null;
  onProgress?(progress: DownloadProgress): void;
  /** Told before each wait after a failure. */
  onRetry?(error: unknown, waitMs: number): void;
  readonly retryMinMs?: number;
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  readonly timers?: Timers;
  /** Looked at before the file gets its name; what it throws ends the download and drops what came. */
  check?(path: string): void;
}
