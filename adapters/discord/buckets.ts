/** What Discord last said of the limits of a channel's messages. */
export interface Buckets {
  /** Reads the headers of an answer. */
  learn(
    method: string,
    path: string,
    said: { readonly remaining: string | null; readonly resetAfter: string | null },
  ): void;
  /** Milliseconds until more than `kept` edits of this channel's messages are free; 0 when they are. */
  editWaitMs(channel: string, kept: number): number;
}

interface Bucket {
  readonly remaining: number;
  readonly resetAt: number;
}

const MAX_BUCKETS = 5_000;
const EDIT = /^\/channels\/(\d+)\/messages\/\d+$/u;

/** @param now steady clock in milliseconds */
export function createBuckets(now: () => number = () => performance.now()): Buckets {
  const edits = new Map<string, Bucket>();
  return {
    learn(method, path, { remaining, resetAfter }) {
      const channel = method.toUpperCase() === "PATCH" ? EDIT.exec(path)?.[1] : undefined;
      if (channel === undefined || remaining === null || resetAfter === null) return;
      edits.delete(channel);
      edits.set(channel, {
        remaining: Number(remaining),
        resetAt: now() + Number(resetAfter) * 1_000,
      });
      const oldest = edits.keys().next();
      if (edits.size > MAX_BUCKETS && !oldest.done) edits.delete(oldest.value);
    },
    editWaitMs(channel, kept) {
      const bucket = edits.get(channel);
      if (bucket === undefined || bucket.remaining > kept) return 0;
      return Math.max(0, bucket.resetAt - now());
    },
  };
}
