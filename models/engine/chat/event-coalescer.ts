import type { EngineEvent } from "../protocol.ts";
import type { Timers } from "../timers.ts";

/** Gathers pieces of an answer so that not every token becomes a message. */
export interface EventCoalescer {
  push(events: readonly EngineEvent[]): void;
  /** Sends what is left; to be called before the end of the answer is told. */
  flush(): void;
}

/** The first piece goes at once, what follows within `intervalMs` goes together; neighbours of one type are joined. */
export function createEventCoalescer(options: {
  readonly intervalMs: number;
  readonly timers: Timers;
  send(events: readonly EngineEvent[]): void;
}): EventCoalescer {
  let waiting: EngineEvent[] = [];
  let cancel: (() => void) | null = null;

  const send = (): void => {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    options.send(events);
  };
  const onInterval = (): void => {
    const isIdle = waiting.length === 0;
    send();
    cancel = isIdle ? null : options.timers.after(options.intervalMs, onInterval);
  };

  return {
    push: (events) => {
      for (const event of events) {
        const last = waiting.at(-1);
        if (last !== undefined && "text" in last && "text" in event && last.type === event.type)
          waiting.splice(-1, 1, { ...last, text: last.text + event.text });
        else waiting.push(event);
      }
      if (cancel !== null) return;
      send();
      cancel = options.timers.after(options.intervalMs, onInterval);
    },
    flush: () => {
      cancel?.();
      cancel = null;
      send();
    },
  };
}
