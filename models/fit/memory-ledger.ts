import type { ModelFile } from "../model-file.ts";
import { sizeText } from "../size-text.ts";
import { leastFit } from "./choose-fit.ts";
import { needOfModel } from "./configured-models.ts";
import type { MemoryPlan } from "./memory-plan.ts";

/** How much of the machine's memory a model may take. */
export interface MemoryBudget {
  readonly bytes: number;
  /** Who has the rest, for messages; empty when nobody has. */
  readonly beside: string;
}

/** Who has how much of the machine's memory, in the process that starts the models. */
export interface MemoryLedger {
  /** What the plan leaves for one of its models. */
  budgetOf(key: string): MemoryBudget;
  /** What is left for one more model beside them all; it has what it needs until it is given back. */
  claim(key: string, model: ModelFile): MemoryBudget;
  giveBack(key: string): void;
}

export function createMemoryLedger(plan: MemoryPlan): MemoryLedger {
  const held = new Map<string, { readonly name: string; readonly bytes: number }>();
  for (const { key, name, fit } of plan.shares) {
    if (fit !== null) held.set(key, { name, bytes: fit.neededBytes });
  }
  const beside = (key: string): string =>
    [...held]
      .filter(([other]) => other !== key)
      .map(([, { name, bytes }]) => `${name} (${sizeText(bytes)})`)
      .join(", ");
  return {
    budgetOf: (key) => {
      const share = plan.shares.find((one) => one.key === key);
      return { bytes: share?.budgetBytes ?? plan.freeBytes, beside: beside(key) };
    },
    claim: (key, model) => {
      const taken = [...held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      const budget = { bytes: Math.max(0, plan.freeBytes - taken), beside: beside(key) };
      const need = needOfModel(model);
      if (need !== null) {
        const least = leastFit({ need, sequences: null, contextTokens: null });
        held.set(key, { name: model.name, bytes: least.neededBytes });
      }
      return budget;
    },
    giveBack: (key) => {
      held.delete(key);
    },
  };
}
