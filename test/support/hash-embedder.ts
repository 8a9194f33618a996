import { FrontdeskError } from "../../src/core/index.ts";
import type { Embedder } from "../../src/ports/embedder.ts";

/** An embedder for tests, with strings to pull. */
export interface HashEmbedder extends Embedder {
  /** How many passages it has embedded. */
  readonly embedded: () => number;
  /** Makes every call fail until it is set to false again. */
  setDown(isDown: boolean): void;
  /** Takes the name of another model; its vectors are the same. */
  rename(model: string): void;
}

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Deterministic unit vectors without a model: each word, and for Han each character, is hashed to a few places. Texts that
 * share words are near one another, which is all that tests of the plumbing need.
 */
export function createHashEmbedder(
  options: { readonly model?: string; readonly dimensions?: number } = {},
): HashEmbedder {
  const dimensions = options.dimensions ?? 64;
  let model = options.model ?? "hash-embedder@1";
  let count = 0;
  let isDown = false;

  function check(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (!isDown) return;
    throw new FrontdeskError("model_unavailable", "The test embedder is down.", {
      retryable: true,
    });
  }

  return {
    embedded: () => count,
    setDown(next) {
      isDown = next;
    },
    rename(next) {
      model = next;
    },
    async identity({ signal }) {
      check(signal);
      return { model, dimensions };
    },
    async embed(texts, { purpose, signal }) {
      check(signal);
      if (purpose === "passage") count += texts.length;
      return texts.map((text) => vectorOf(text, dimensions));
    },
  };
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    for (const part of /\p{Script=Han}/u.test(word) ? [...word] : [word]) {
      for (let round = 1; round <= 3; round += 1) {
        let hash = 0x811c9dc5 ^ (round * 0x9e3779b1);
        for (const character of part) {
          hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
        }
        const place = (hash >>> 1) % dimensions;
        vector[place] = (vector[place] ?? 0) + ((hash & 1) === 0 ? 1 : -1);
      }
    }
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}
