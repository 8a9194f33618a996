import type { Lease, StoredEvent } from "../../ports/conversation-store.ts";

/**
 * Remembers when the events were appended that a holder was shown. A failover may lose an event that was already read and
 * give its number to another one; the time tells the two apart before a commit consumes what nobody has read.
 */
export interface SeenEvents {
  /** Notes what was shown; the first sight of a number counts. */
  note(lease: Lease, inbox: readonly StoredEvent[]): void;
  /** When the event of this number was appended; empty when it is not known here. */
  timeOf(lease: Lease, seq: number | null): number | "";
  /** The same of all that were read before this number, as ` number@time number@time `. */
  timesBefore(lease: Lease, seq: number | null): string;
  /** Forgets those before this number: they are consumed. */
  forget(lease: Lease, seq: number | null): void;
}

/** Keeps the times as long as the holder keeps its lease object, and forgets what was committed. */
export function createSeenEvents(): SeenEvents {
  const times = new WeakMap<Lease, Map<number, number>>();
  return {
    note: (lease, inbox) => {
      const known = times.get(lease) ?? new Map<number, number>();
      for (const { seq, at } of inbox) if (!known.has(seq)) known.set(seq, at);
      times.set(lease, known);
    },
    timeOf: (lease, seq) => {
      return seq === null ? "" : (times.get(lease)?.get(seq) ?? "");
    },
    timesBefore: (lease, seq) => {
      const known = [...(times.get(lease) ?? [])].filter(([one]) => seq !== null && one < seq);
      return ` ${known.map(([one, at]) => `${one}@${at} `).join("")}`;
    },
    forget: (lease, seq) => {
      const known = times.get(lease);
      if (seq === null || known === undefined) return;
      for (const earlier of known.keys()) if (earlier < seq) known.delete(earlier);
    },
  };
}
