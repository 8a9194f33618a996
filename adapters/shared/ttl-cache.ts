/** Remembers what was looked up, for a while; the same question asked twice at once is looked up once. */
export interface TtlCache<Value> {
  /** @param load its failure is not remembered */
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  /**
   * What is remembered, even when it is too old to be got; null when nothing is.
   * @param maxAgeMs nothing older than this; default any age
   */
  peek(key: string, maxAgeMs?: number): Value | null;
  put(key: string, value: Value): void;
  /** A look-up that runs meanwhile is not remembered either. */
  forget(key: string): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly at: number;
}

const MAX_ENTRIES = 20_000;

/** @param now steady clock in milliseconds */
export function createTtlCache<Value>(
  ttlMs: number,
  now: () => number = () => performance.now(),
): TtlCache<Value> {
  const entries = new Map<string, Entry<Value>>();
  const loading = new Map<string, Promise<Value>>();

  const keep = (key: string, value: Value): void => {
    entries.delete(key);
    entries.set(key, { value, at: now() });
    const oldest = entries.keys().next();
    if (entries.size > MAX_ENTRIES && !oldest.done) entries.delete(oldest.value);
  };

  return {
    get(key, load) {
      const found = entries.get(key);
      if (found !== undefined && now() - found.at < ttlMs) return Promise.resolve(found.value);
      const running = loading.get(key);
      if (running !== undefined) return running;
      const work = load()
        .then((value) => {
          if (loading.get(key) === work) keep(key, value);
          return value;
        })
        .finally(() => {
          if (loading.get(key) === work) loading.delete(key);
        });
      loading.set(key, work);
      return work;
    },
    put: keep,
    peek(key, maxAgeMs = Number.POSITIVE_INFINITY) {
      const found = entries.get(key);
      return found !== undefined && now() - found.at < maxAgeMs ? found.value : null;
    },
    forget(key) {
      entries.delete(key);
      loading.delete(key);
    },
  };
}
