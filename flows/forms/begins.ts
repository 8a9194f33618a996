import { matchable, termsOf } from "../language/index.ts";
import type { CustomFlow } from "./custom-flow.ts";

/** A message begins a flow from this likeness to one of its examples. */
const LIKE_FROM = 0.75;

function keysOf(text: string): ReadonlySet<string> {
  return new Set(
    termsOf(text)
      .filter(({ isOptional, isName }) => !isOptional && !isName)
      .map(({ key }) => key),
  );
}

/** How much two texts share of what they say, numbers and codes aside. */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((key) => other.has(key)).length;
  return one.size + other.size === 0 ? 0 : (2 * shared) / (one.size + other.size);
}

/** The flow that a message begins: by a pattern, else by likeness to the examples; null when none. */
export function flowBegunBy(text: string, flows: readonly CustomFlow[]): CustomFlow | null {
  const line = matchable(text);
  const matched = flows.find(({ match }) => match.some((pattern) => pattern.test(line)));
  if (matched !== undefined) return matched;
  const said = keysOf(text);
  const [best] = flows
    .map((flow) => ({
      flow,
      like: Math.max(0, ...flow.starts.map((start) => likeness(said, keysOf(start)))),
    }))
    .toSorted((one, other) => other.like - one.like);
  return best !== undefined && best.like >= LIKE_FROM ? best.flow : null;
}
