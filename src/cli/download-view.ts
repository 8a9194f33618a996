import { progress } from "@clack/prompts";
import { type DownloadProgress, sizeText } from "../../models/index.ts";
import { type Io, writeLine } from "./io.ts";

/** Shows how far a download has come. */
export interface DownloadView {
  show(progress: DownloadProgress): void;
  /** Something that the person should know meanwhile. */
  note(text: string): void;
  end(text: string): void;
}

/** The rate of the last seconds counts: a download that was fast once is not fast now. */
const RATE_WINDOW_MS = 10_000;
const REDRAW_MS = 200;
const LINE_MS = 10_000;

/** Bytes per second over the last seconds; null until there is something to compare. */
export function createRateMeter(now: () => number): (receivedBytes: number) => number | null {
  let samples: { readonly at: number; readonly bytes: number }[] = [];
  return (bytes) => {
    const at = now();
    const last = samples.at(-1);
    if (last === undefined || at - last.at >= REDRAW_MS) samples.push({ at, bytes });
    while (samples.length > 2 && at - (samples[0]?.at ?? at) > RATE_WINDOW_MS) {
      samples = samples.slice(1);
    }
    const [first] = samples;
    if (first === undefined || at <= first.at || bytes <= first.bytes) return null;
    return ((bytes - first.bytes) * 1000) / (at - first.at);
  };
}

/** `12 s`, `3 min 20 s`, `1 h 5 min`. */
function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1.2 GB of 5.0 GB, 34 MB/s, 1 min 52 s left`. */
export function progressText(state: DownloadProgress, rate: number | null): string {
  const { receivedBytes, totalBytes } = state;
  const parts = [
    totalBytes === null
      ? sizeText(receivedBytes)
      : `${sizeText(receivedBytes)} of ${sizeText(totalBytes)}`,
  ];
  if (rate !== null) {
    parts.push(`${sizeText(rate)}/s`);
    if (totalBytes !== null && totalBytes > receivedBytes) {
      parts.push(`${durationText((totalBytes - receivedBytes) / rate)} left`);
    }
  }
  return parts.join(", ");
}

/** A bar on a terminal; elsewhere a line now and then. Writes to standard error. */
export function createDownloadView(
  io: Io,
  title: string,
  now: () => number = () => performance.now(),
): DownloadView {
  const rate = createRateMeter(now);
  return io.isTTY ? barView(io, title, rate, now) : lineView(io, title, rate, now);
}

function barView(
  io: Io,
  title: string,
  rate: ReturnType<typeof createRateMeter>,
  now: () => number,
): DownloadView {
  const bar = progress({ max: 100, output: io.stderr });
  bar.start(title);
  let shown = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show(state) {
      const speed = rate(state.receivedBytes);
      if (now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      const { receivedBytes, totalBytes } = state;
      const share = totalBytes === null ? 0 : Math.floor((receivedBytes / totalBytes) * 100);
      // The bar only knows steps; when a server begins anew it stands still until it is back where it was.
      bar.advance(Math.max(0, share - shown), progressText(state, speed));
      shown = Math.max(shown, share);
    },
    note: (text) => bar.message(text),
    end: (text) => bar.stop(text),
  };
}

function lineView(
  io: Io,
  title: string,
  rate: ReturnType<typeof createRateMeter>,
  now: () => number,
): DownloadView {
  let writtenAt = now();
  writeLine(io.stderr, title);
  return {
    show(state) {
      const speed = rate(state.receivedBytes);
      if (now() - writtenAt < LINE_MS) return;
      writtenAt = now();
      writeLine(io.stderr, progressText(state, speed));
    },
    note: (text) => writeLine(io.stderr, text),
    end: (text) => writeLine(io.stderr, text),
  };
}
