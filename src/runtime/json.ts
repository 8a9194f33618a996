const MAX_DEPTH = 64;

/**
 * Copies a value that must survive being written down: what JSON holds, and nothing else. Properties that are `undefined`
 * are left out, as JSON does.
 * @param path names the value in the error, e.g. `context`
 * @throws TypeError naming the place of a function, class instance, symbol, bigint, NaN, infinity, or of a cycle
 */
export function toJson(value: unknown, path: string): unknown {
  return copy(value, path, 0);
}

function copy(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot hold`);
    // JSON writes -0 as 0: what is kept and what is read back must be the same.
    return value === 0 ? 0 : value;
  }
  if (typeof value !== "object") {
    throw new TypeError(`${path} is a ${typeof value}, which JSON cannot hold`);
  }
  if (depth >= MAX_DEPTH) throw new TypeError(`${path} is nested too deeply or refers to itself`);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => copy(item ?? null, `${path}[${index}]`, depth + 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path} is an instance of a class, which JSON cannot hold`);
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]): [string, unknown] => [name, copy(item, `${path}.${name}`, depth + 1)]);
  return Object.fromEntries(entries);
}

/** The value of a JSON text; null when it is none. */
export function parseLeniently(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
