import type { DialogueSettings } from "../settings.ts";
import { textsIn } from "../texts/index.ts";
import { claimed, ended, opening, queued, revisions } from "./chart.ts";
import {
  createCaseActions,
  SHOW_CUSTOMER,
  SHOW_NOTE,
  SHOW_STATE,
  showRevision,
} from "./chart-actions.ts";
import { emptyCase } from "./context.ts";
import { caseSetup } from "./setup.ts";

/**
 * One handover as a chart: opening → queued → claimed (waiting for agent or customer) → resolved → closed, and back while
 * it can be reopened. Told by the dialogue (`case.requested`, the customer's words) and by the desk (`agent.…`); tells the
 * dialogue, and shows every change at the desk. What is told comes first: a desk that cannot be reached keeps no answer
 * from a customer.
 */
export function createCaseMachine(settings: DialogueSettings) {
  const rules = settings.cases;
  const machine = caseSetup(rules);
  const actions = createCaseActions(textsIn(settings.deskLanguage), rules);
  const { line } = actions;
  return machine.createMachine({
    id: "case",
    initial: "opening",
    context: ({ input }) => emptyCase(input.id),
    on: {
      "customer.wrote": { guard: "isOpened", actions: ["awaitAnswer", SHOW_CUSTOMER] },
      "customer.revised": {
        guard: "isOpened",
        actions: [showRevision("customer", "edited"), "revise"],
      },
      "customer.withdrew": {
        guard: "isOpened",
        actions: [showRevision("customer", "deleted"), "revise"],
      },
      ...revisions(actions),
      "customer.rated": {
        guard: "isOpened",
        actions: ["rate", line(({ context }, t) => t.deskRated(context.rating)), SHOW_STATE],
      },
      "target.passed": {
        guard: "isUnresolved",
        actions: ["noteOverdue", line((_, t) => t.deskOverdue, "holder"), SHOW_STATE],
      },
      "agent.noted": { guard: "isOpened", actions: SHOW_NOTE },
      "agent.prioritised": {
        guard: "isOpened",
        actions: [
          "prioritise",
          line(({ context }, t) => t.deskPriority(context.priority)),
          SHOW_STATE,
        ],
      },
    },
    states: {
      opening: opening(machine),
      queued: queued(machine, actions),
      claimed: claimed(machine, actions),
      ...ended(machine, actions),
    },
  });
}
