import { ending, POST_TOO_BUSY, REVISED_FOR_CASE, tookResult } from "./chart-endings.ts";
import { flowInput } from "./flows.ts";
import type { DialogueSetup } from "./setup.ts";
import * as stages from "./stages.ts";

function gathering(machine: DialogueSetup) {
  return machine.createStateConfig({
    always: [
      {
        guard: "isUnreadable",
        target: "escalating",
        actions: { type: "noteEscalation", params: { reason: "conversation-unreadable" } },
      },
      { guard: "hasGathered", target: "understanding" },
    ],
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        { guard: "isOfBurst", target: "gathering", reenter: true, actions: "merge" },
        { guard: "mayWait", actions: "wait" },
        {
          guard: "isAddressed",
          actions: POST_TOO_BUSY,
        },
        {},
      ],
    },
    after: { gather: "understanding" },
  });
}

function understanding(machine: DialogueSetup) {
  return machine.createStateConfig({
    invoke: {
      id: "understand",
      src: "understand",
      input: ({ context }) => stages.understandInput(context),
      onDone: { actions: { type: "noteUnderstanding", params: tookResult } },
      onError: { target: "retrieving", actions: "assumeQuestion" },
    },
    always: [
      { guard: { type: "acts", params: { type: "question" } }, target: "retrieving" },
      { guard: { type: "acts", params: { type: "option" } }, target: "retrieving" },
      { guard: { type: "acts", params: { type: "every-option" } }, target: "retrieving" },
      { guard: { type: "acts", params: { type: "flow" } }, target: "followingFlow" },
      {
        guard: { type: "acts", params: { type: "person" } },
        target: "escalating",
        actions: "noteWish",
      },
      { guard: "mayAskAgain", target: "clarifying", actions: ending("own-words") },
      {
        guard: { type: "acts", params: { type: "none-of-these" } },
        target: "escalating",
        actions: { type: "noteEscalation", params: { reason: "clarification-failed" } },
      },
      {
        guard: "isLastMissByWords",
        target: "escalating",
        actions: { type: "noteEscalation", params: { reason: "repeated-failure" } },
      },
      {
        guard: { type: "acts", params: { type: "reset" } },
        target: "idle",
        actions: [...ending("talk"), "forget"],
      },
      { guard: "saysGoodbye", target: "closed", actions: ending("talk") },
      { guard: "isUnderstood", target: "followUp", actions: ending("talk") },
    ],
  });
}

function followingFlow(machine: DialogueSetup) {
  return machine.createStateConfig({
    invoke: {
      id: "flow",
      src: "flow",
      input: ({ context }) => flowInput(context),
      onDone: { actions: { type: "noteFlow", params: tookResult } },
      onError: { target: "followUp", actions: ending("flow") },
    },
    always: [
      { guard: "isFlowGivenUp", target: "escalating", actions: "noteFlowGivenUp" },
      { guard: "hasFlowTurn", target: "followUp", actions: ending("flow") },
    ],
  });
}

function retrieving(machine: DialogueSetup) {
  return machine.createStateConfig({
    initial: "searching",
    states: {
      searching: {
        invoke: {
          id: "retrieve",
          src: "retrieve",
          input: ({ context }) => stages.retrieveInput(context),
          onDone: {
            target: "#assessing",
            actions: {
              type: "noteRetrieved",
              params: ({ event }) => ({ ...tookResult({ event }), isWeb: false }),
            },
          },
          onError: [
            { guard: "mayRetry", target: "pausing", actions: "noteRetry" },
            { target: "#followUp", actions: ending("knowledge-down") },
          ],
        },
      },
      pausing: { after: { retry: "searching" } },
    },
  });
}

function assessing(machine: DialogueSetup) {
  return machine.createStateConfig({
    id: "assessing",
    always: [
      {
        guard: { type: "decides", params: { verdict: "clarify" } },
        target: "clarifying",
        actions: ending("clarification"),
      },
      {
        guard: { type: "decides", params: { verdict: "ask-what" } },
        target: "clarifying",
        actions: ending("ask-what"),
      },
      { guard: { type: "decides", params: { verdict: "web" } }, target: "searchingWeb" },
      {
        guard: { type: "decides", params: { verdict: "escalate" } },
        target: "escalating",
        actions: { type: "noteEscalation", params: { reason: "repeated-failure" } },
      },
      {
        guard: { type: "decides", params: { verdict: "decline" } },
        target: "followUp",
        actions: ending("decline"),
      },
      { target: "answering" },
    ],
  });
}

function searchingWeb(machine: DialogueSetup) {
  return machine.createStateConfig({
    invoke: {
      id: "searchWeb",
      src: "searchWeb",
      input: ({ context }) => stages.searchWebInput(context),
      onDone: {
        target: "assessing",
        actions: {
          type: "noteRetrieved",
          params: ({ event }) => ({ ...tookResult({ event }), isWeb: true }),
        },
      },
      onError: { target: "assessing", actions: "noteWebFailure" },
    },
  });
}

function answering(machine: DialogueSetup) {
  return machine.createStateConfig({
    entry: "countTry",
    invoke: {
      id: "answer",
      src: "answer",
      input: ({ context }) => stages.answerInput(context),
      onDone: { target: "verifying", actions: { type: "noteDraft", params: tookResult } },
      onError: { target: "followUp", actions: ["quoteInstead", ...ending("answer")] },
    },
  });
}

function verifying(machine: DialogueSetup) {
  return machine.createStateConfig({
    invoke: {
      id: "verify",
      src: "verify",
      input: ({ context }) => stages.verifyInput(context),
      onDone: { actions: { type: "noteVerified", params: tookResult } },
      onError: { target: "followUp", actions: ["quoteInstead", ...ending("answer")] },
    },
    always: [
      { guard: "wantsAnotherTry", target: "answering" },
      {
        guard: "foundNothingAgain",
        target: "escalating",
        actions: { type: "noteEscalation", params: { reason: "repeated-failure" } },
      },
      { guard: "isVerified", target: "followUp", actions: ending("answer") },
    ],
  });
}

/** States in which a turn is under way, from the first message of a burst to the checked answer. */
export function turnStates(machine: DialogueSetup) {
  return {
    gathering: gathering(machine),
    understanding: understanding(machine),
    followingFlow: followingFlow(machine),
    retrieving: retrieving(machine),
    assessing: assessing(machine),
    searchingWeb: searchingWeb(machine),
    answering: answering(machine),
    verifying: verifying(machine),
  };
}
