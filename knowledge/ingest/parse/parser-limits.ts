/** Limits of one parser process. */
export interface ParserLimits {
  /** Wall time for one document, without what a busy machine lets it wait for a processor. */
  readonly timeoutMs: number;
  /** The same for the process to come up. */
  readonly startTimeoutMs: number;
  /** JavaScript heap of the process. */
  readonly maxHeapMb: number;
  /** Resident memory of the process, where buffers count too; watched on Linux. */
  readonly maxRssMb: number;
}
