import type { DialogueSetup } from "./setup.ts";

const TAKES_UP_QUEUE = {
  guard: "hasQueued",
  target: "understanding",
  actions: "takeNext",
} as const;

/** States in which the bot waits for somebody to speak. */
export function restStates(machine: DialogueSetup) {
  return {
    idle: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [{ guard: "isAddressed", target: "gathering", actions: "begin" }, {}],
        "option.chosen": { target: "understanding", actions: "begin" },
      },
    }),
    clarifying: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [{ guard: "isMeant", target: "gathering", actions: "begin" }, {}],
        "option.chosen": { target: "understanding", actions: "begin" },
      },
      after: { clarifyTimeout: { target: "followUp", actions: "dropClarification" } },
    }),
    followUp: machine.createStateConfig({
      id: "followUp",
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [{ guard: "isMeant", target: "gathering", actions: "begin" }, {}],
        "option.chosen": { target: "understanding", actions: "begin" },
      },
      after: { followUpWindow: { target: "idle", actions: "endTopic" } },
    }),
    closed: machine.createStateConfig({
      always: TAKES_UP_QUEUE,
      on: {
        "message.received": [{ guard: "isAddressed", target: "gathering", actions: "begin" }, {}],
        "option.chosen": { target: "understanding", actions: "begin" },
      },
    }),
  };
}
