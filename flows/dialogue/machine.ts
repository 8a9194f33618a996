import type { DialogueSettings } from "../settings.ts";
import { editFromAgent, removeFromAgent, tellAgentFilesWithdrawn } from "./case-talk.ts";
import {
  ending,
  POST_LIMITED,
  POST_TOO_BUSY,
  RATED_BY_BUTTON,
  REVISED_FOR_CASE,
  WITHDRAWN,
} from "./chart-endings.ts";
import { PASS_ON_REPLY, peopleStates, REOPENED } from "./chart-people.ts";
import { restStates } from "./chart-rest.ts";
import { turnStates } from "./chart-turn.ts";
import { emptyDialogue } from "./context.ts";
import { dialogueSetup } from "./setup.ts";

/**
 * The dialogue of one conversation as a chart. Only names stand here; what they mean is in `setup.ts`. Every turn that
 * is addressed to the bot ends in exactly one `reply.post`; every task has a way on when it fails.
 */
export function createDialogueMachine(settings: DialogueSettings) {
  const machine = dialogueSetup(settings);
  return machine.createMachine({
    id: "dialogue",
    initial: "idle",
    context: ({ input }) => emptyDialogue(input.id),
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        { guard: "continuesTurn", target: ".gathering", actions: "merge" },
        { guard: "mayWait", actions: "wait" },
        {
          guard: "isAddressed",
          actions: POST_TOO_BUSY,
        },
        { guard: "mayBelongToCase", actions: "keepMeanwhile" },
      ],
      "option.chosen": [
        ...RATED_BY_BUTTON,
        { guard: "mayWait", actions: "wait" },
        {
          actions: POST_TOO_BUSY,
        },
      ],
      "message.limited": { actions: POST_LIMITED },
      "stop.requested": { guard: "isMeantToStop", target: ".followUp", actions: ending("stopped") },
      "conversation.reset": [
        { guard: "isBusy", target: ".idle", actions: [...ending("started"), "forget"] },
        { target: ".idle", actions: "forget" },
      ],
      "conversation.seeded": { guard: "isBlank", actions: "seed" },
      "case.reopened": REOPENED,
      "case.replied": {
        guard: "isKnownCase",
        actions: PASS_ON_REPLY,
      },
      "message.withdrawn": [
        {
          guard: "isOneOfSeveral",
          target: ".gathering",
          actions: ["restartWithout", ...WITHDRAWN],
        },
        { actions: WITHDRAWN },
      ],
      "case.revised": {
        guard: "isKnownCase",
        actions: [
          { type: "reply.edit", params: ({ context, event }) => editFromAgent(context, event) },
          "noteRevision",
        ],
      },
      "case.withdrawn": {
        guard: "isKnownCase",
        actions: [
          { type: "reply.remove", params: ({ context, event }) => removeFromAgent(context, event) },
          {
            type: "tell",
            params: ({ context, event }) => tellAgentFilesWithdrawn(context, event),
          },
          "noteRevision",
        ],
      },
    },
    states: { ...restStates(machine), ...turnStates(machine), ...peopleStates(machine) },
  });
}
