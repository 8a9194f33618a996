/** Remembers the newest values for a while. */
export interface Recent<Value> {
  get(key: string): Value | null;
  set(key: string, value: Value): void;
}

/** Makes an empty memory of at most `size` values. */
export function createRecent<Value>(options: {
  readonly size: number;
  readonly keepMs: number;
  readonly now: () => number;
}): Recent<Value> {
  const kept = new Map<string, { readonly value: Value; readonly at: number }>();
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined || options.now() - found.at >= options.keepMs) return null;
      return found.value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, { value, at: options.now() });
      const [oldest] = kept.keys();
      if (kept.size > options.size && oldest !== undefined) kept.delete(oldest);
    },
  };
}
