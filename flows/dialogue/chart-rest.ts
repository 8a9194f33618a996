import { RATED, RATED_BY_BUTTON, REVISED_FOR_CASE } from "./chart-endings.ts";
import { condenseInput } from "./history.ts";
import type { DialogueSetup } from "./setup.ts";

const TAKES_UP_QUEUE = {
  guard: "hasQueued",
  target: "understanding",
  actions: "takeNext",
} as const;

/**
 * Like `followUp`, and when it stays quiet the older lines of a long conversation are put into its summary: unseen, and
 * given up as soon as somebody speaks.
 */
function condensing(machine: DialogueSetup) {
  return machine.createStateConfig({
    always: TAKES_UP_QUEUE,
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        RATED,
        { guard: "isMeant", target: "gathering", actions: "begin" },
        {},
      ],
      "option.chosen": [...RATED_BY_BUTTON, { target: "understanding", actions: "begin" }],
    },
    initial: "pausing",
    states: {
      pausing: { after: { quiet: "writing" } },
      writing: {
        invoke: {
          id: "condense",
          src: "condense",
          input: ({ context }) => condenseInput(context),
          onDone: {
            target: "#followUp",
            actions: { type: "noteCondensed", params: ({ event }) => ({ output: event.output }) },
          },
          onError: { target: "#followUp", actions: "condenseByWords" },
        },
      },
    },
  });
}

/** States in which the bot waits for somebody to speak. */
export function restStates(machine: DialogueSetup) {
  return {
    idle: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [
          REVISED_FOR_CASE,
          RATED,
          { guard: "isAddressed", target: "gathering", actions: "begin" },
          {},
        ],
        "option.chosen": [...RATED_BY_BUTTON, { target: "understanding", actions: "begin" }],
      },
    }),
    clarifying: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [
          REVISED_FOR_CASE,
          RATED,
          { guard: "isMeant", target: "gathering", actions: "begin" },
          {},
        ],
        "option.chosen": [...RATED_BY_BUTTON, { target: "understanding", actions: "begin" }],
      },
      after: { clarifyTimeout: { target: "followUp", actions: "dropClarification" } },
    }),
    followUp: machine.createStateConfig({
      id: "followUp",
      always: [TAKES_UP_QUEUE, { guard: "hasSurplus", target: "condensing" }],
      on: {
        "message.received": [
          REVISED_FOR_CASE,
          RATED,
          { guard: "isMeant", target: "gathering", actions: "begin" },
          {},
        ],
        "option.chosen": [...RATED_BY_BUTTON, { target: "understanding", actions: "begin" }],
      },
      after: { followUpWindow: { target: "idle", actions: "endTopic" } },
    }),
    condensing: condensing(machine),
    closed: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [
          REVISED_FOR_CASE,
          RATED,
          { guard: "isAddressed", target: "gathering", actions: "begin" },
          {},
        ],
        "option.chosen": [...RATED_BY_BUTTON, { target: "understanding", actions: "begin" }],
      },
    }),
  };
}
