import { createMemoryBudget } from "../../src/runtime/index.ts";
import { describeSharedBudget } from "./shared-budget-suite.ts";

describeSharedBudget("in this process", async () => {
  const budget = createMemoryBudget();
  return { budgets: [budget, budget], dispose: () => budget.close() };
});
