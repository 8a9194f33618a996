/** A stream that is written by callbacks and read by one reader. */
export interface EventStream<T> {
  push(event: T): void;
  /** Nothing more will come. */
  end(): void;
  /** The reader gets what was pushed before, then this. */
  fail(error: unknown): void;
  readonly events: AsyncIterable<T>;
}

/** Keeps what was not read yet in memory: for streams whose length is bounded by their source. */
export function createEventStream<T>(): EventStream<T> {
  const waiting: T[] = [];
  let outcome: { readonly error: unknown } | "ended" | null = null;
  let wake = (): void => {};

  async function* read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const event = waiting.shift();
      if (event !== undefined) {
        yield event;
      } else if (outcome === "ended") {
        return;
      } else if (outcome !== null) {
        throw outcome.error;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push: (event) => {
      waiting.push(event);
      wake();
    },
    end: () => {
      outcome ??= "ended";
      wake();
    },
    fail: (error) => {
      outcome ??= { error };
      wake();
    },
    events: read(),
  };
}
