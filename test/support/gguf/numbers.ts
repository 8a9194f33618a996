/** So many times the same number. */
export function constant(length: number, value: number): Float32Array {
  return new Float32Array(length).fill(value);
}

/** Numbers spread evenly around 0 with this standard deviation. */
export function spread(length: number, deviation: number, random: () => number): Float32Array {
  const width = deviation * Math.sqrt(3);
  return new Float32Array(length).map(() => width * (2 * random() - 1));
}

/** Codes of +1 and -1: nearly orthogonal to one another, and of norm 1 under RMS. */
export function signs(length: number, random: () => number): Float32Array {
  return new Float32Array(length).map(() => (random() < 0.5 ? -1 : 1));
}
