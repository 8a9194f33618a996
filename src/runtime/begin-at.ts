/**
 * A machine's configuration with another first state: `initial` is set along the names of a state value, through nested
 * and parallel states.
 */
export function beginAt(node: object, value: unknown): object {
  const states: unknown = "states" in node ? node.states : undefined;
  if (typeof states !== "object" || states === null) return node;
  if (typeof value === "string") return { ...node, initial: value };
  if (typeof value !== "object" || value === null) return node;
  const inner = new Map<string, unknown>(Object.entries(value));
  const changed = Object.entries(states).map(([name, child]): [string, unknown] => [
    name,
    inner.has(name) ? beginAt(Object(child), inner.get(name)) : child,
  ]);
  const isParallel = "type" in node && node.type === "parallel";
  const [first] = inner.keys();
  return {
    ...node,
    states: Object.fromEntries(changed),
    ...(isParallel ? {} : { initial: first }),
  };
}
