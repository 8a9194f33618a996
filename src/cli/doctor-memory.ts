import { type MemoryPlan, planText } from "../../models/index.ts";
import type { Finding } from "./finding.ts";

/**
 * Whether all models of the configuration fit into memory together, with the sums.
 * @param isRunning a process has loaded them already, so that what is free now says nothing
 */
export function checkMemory(plan: MemoryPlan, isRunning: boolean): Finding {
  const without = plan.shares.filter(({ fit, leastBytes }) => fit === null && leastBytes !== null);
  const isTight = without.length > 0 && !isRunning;
  return {
    check: "Memory",
    status: isTight ? "problem" : "ok",
    detail: isRunning
      ? `${planText(plan)}; a running process has its models loaded`
      : planText(plan),
    advice: isTight
      ? `There is no room for ${without.map(({ name }) => name).join(", ")}: free some, take smaller models (frontdesk models ` +
        "list), or set models.sequences and models.contextTokens lower."
      : "",
  };
}
