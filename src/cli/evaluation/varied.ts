import type { FeatureName, FeatureVector } from "../../../flows/index.ts";
import type { ConfidenceExample } from "./examples.ts";

/** By set, the measurements that are the same for all of its questions. */
function constantsOf(
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
): ReadonlyMap<string, ReadonlySet<FeatureName>> {
  const sets = new Map<string, ConfidenceExample[]>();
  for (const example of examples) {
    const some = sets.get(example.set) ?? [];
    some.push(example);
    sets.set(example.set, some);
  }
  return new Map(
    [...sets].map(([set, some]) => {
      const isConstant = (name: FeatureName): boolean =>
        new Set(some.map(({ vector }) => vector[name])).size === 1;
      return [set, new Set(names.filter(isConstant))] as const;
    }),
  );
}

/** The vectors of examples without what is the same for all of their set: it could tell nothing but the set. */
export function variedOnly(
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
): readonly FeatureVector[] {
  const constants = constantsOf(examples, names);
  return examples.map(({ set, vector }) => {
    const unmeasured = [...(constants.get(set) ?? [])].map((name) => [name, null] as const);
    return { ...vector, ...Object.fromEntries(unmeasured) };
  });
}
