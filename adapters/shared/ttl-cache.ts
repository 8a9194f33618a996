/** Remembers what was looked up, for a while; the same question asked twice at once is looked up once. */
export interface TtlCache<Value> {
  /** @param load its failure is not remembered */
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  /** What is remembered, even when it is a little too old; null when nothing is. */
  peek(key: string): Value | null;
  put(key: string, value: Value): void;
  forget(key: string): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
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
    entries.set(key, { value, until: now() + ttlMs });
    const oldest = entries.keys().next();
    if (entries.size > MAX_ENTRIES && !oldest.done) entries.delete(oldest.value);
  };

  return {
    get(key, load) {
      const found = entries.get(key);
      if (found !== undefined && found.until > now()) return Promise.resolve(found.value);
      const running = loading.get(key);
      if (running !== undefined) return running;
      const work = load()
        .then((value) => {
          keep(key, value);
          return value;
        })
        .finally(() => loading.delete(key));
      loading.set(key, work);
      return work;
    },
    put: keep,
    peek: (key) => entries.get(key)?.value ?? null,
    forget: (key) => void entries.delete(key),
  };
}
