/** Remembers the vectors of texts that were embedded lately. */
export interface VectorCache {
  get(text: string): Float32Array | null;
  set(text: string, vector: Float32Array): void;
}

/** Drops what was not asked for the longest when it holds more than `capacity` texts. */
export function createVectorCache(capacity: number): VectorCache {
  const vectors = new Map<string, Float32Array>();
  return {
    get: (text) => {
      const vector = vectors.get(text);
      if (vector === undefined) return null;
      vectors.delete(text);
      vectors.set(text, vector);
      return vector;
    },
    set: (text, vector) => {
      vectors.set(text, vector);
      const oldest = vectors.keys().next();
      if (vectors.size > capacity && oldest.done !== true) vectors.delete(oldest.value);
    },
  };
}
