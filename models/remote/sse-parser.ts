/** A line longer than this is no event stream. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** Reads a stream of server-sent events. */
export interface SseParser {
  /** The data of all events that are complete by now. */
  push(chunk: string): readonly string[];
  /** The data of a last event that was not closed by an empty line. */
  end(): readonly string[];
}

/**
 * Only the `data` field matters to us; comments, event names and ids are skipped. Lines may end in any way, also in the
 * middle of a chunk. Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @throws RangeError on `push` when a line does not end within 4 MB
 */
export function createSseParser(): SseParser {
  let pending = "";
  let data: string[] = [];

  const readLine = (line: string): string | null => {
    if (line === "") {
      const event = data.length === 0 ? null : data.join("\n");
      data = [];
      return event;
    }
    if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /u, ""));
    return null;
  };

  const read = (lines: readonly string[]): readonly string[] =>
    lines.map(readLine).filter((event) => event !== null);

  return {
    push: (chunk) => {
      pending += chunk;
      if (pending.length > MAX_LINE_CHARS) throw new RangeError("a line of the stream has no end");
      // A carriage return at the end may be the first half of a line break.
      const isHalf = pending.endsWith("\r");
      const whole = isHalf ? pending.slice(0, -1) : pending;
      const lines = whole.split(/\r\n|\r|\n/u);
      pending = (lines.pop() ?? "") + (isHalf ? "\r" : "");
      return read(lines);
    },
    end: () => {
      const rest = pending.replace(/\r$/u, "");
      pending = "";
      return read([rest, ""]);
    },
  };
}
