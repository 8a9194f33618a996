import { assign, fromPromise, setup } from "xstate";
import type { DialogueEvent, HandoffReason } from "../../src/core/index.ts";
import type { ReviewedTurn } from "../../src/ports/review-log.ts";
import type { FlowTurn } from "../forms/custom-flow.ts";
import type { DialogueSettings } from "../settings.ts";
import type {
  Act,
  AnswerDraft,
  AnswerInput,
  Condensed,
  CondenseInput,
  FlowInput,
  Retrieved,
  RetrieveInput,
  SearchWebInput,
  SummarizeInput,
  Summary,
  UnderstandInput,
  Understanding,
  Verified,
  VerifyInput,
} from "../tasks/contracts.ts";
import { begin, endTopic, keepMeanwhile, merge, seed, wait, waitForCase } from "./arrivals.ts";
import * as cases from "./case-talk.ts";
import { closeTurn, forget } from "./close-turn.ts";
import {
  compose,
  type Ending,
  type ReplyEdit,
  type ReplyPost,
  type ReplyRemove,
} from "./compose.ts";
import type { DialogueContext, Incoming } from "./context.ts";
import { decide, type Verdict } from "./decide.ts";
import { noteFlow } from "./flows.ts";
import * as guards from "./guards.ts";
import { type AtDesk, openCase, type Tell } from "./handover.ts";
import * as history from "./history.ts";
import { isOthersRating, noteRating, ratingIn } from "./ratings.ts";
import * as stages from "./stages.ts";
import { takeNext, updateTurn } from "./turn.ts";

/** The runtime runs tasks; the machine knows them by name, input and output only. */
function task<Output, Input>() {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new TypeError("tasks are run by the runtime")),
  );
}

/** Names and their meaning: what the chart of the dialogue is written in. */
export function dialogueSetup(settings: DialogueSettings) {
  return setup({
    types: {
      context: {} as DialogueContext,
      events: {} as DialogueEvent,
      input: {} as { readonly id: string },
    },
    actors: {
      understand: task<Understanding, UnderstandInput>(),
      flow: task<FlowTurn, FlowInput>(),
      retrieve: task<Retrieved, RetrieveInput>(),
      searchWeb: task<Retrieved, SearchWebInput>(),
      answer: task<AnswerDraft, AnswerInput>(),
      verify: task<Verified, VerifyInput>(),
      condense: task<Condensed, CondenseInput>(),
      summarize: task<Summary, SummarizeInput>(),
    },
    actions: {
      // effects: entries of the outbox
      "reply.post": (_, _params: ReplyPost) => {},
      "reply.edit": (_, _params: ReplyEdit) => {},
      "reply.remove": (_, _params: ReplyRemove) => {},
      // null: there is nothing to be told
      tell: (_, _params: Tell | null) => {},
      "turn.settled": (_, _params: cases.Settled) => {},
      "turn.reviewed": (_, _params: ReviewedTurn | null) => {},
      // arrivals
      begin: assign(({ context, event }) => begin(context, event)),
      merge: assign(({ context, event }) => merge(context, event)),
      wait: assign(({ context, event }) => wait(context, event)),
      keepMeanwhile: assign(({ context, event }) => keepMeanwhile(context, event)),
      waitForCase: assign(({ context, event }) => waitForCase(context, event)),
      takeNext: assign(({ context }) => takeNext(context)),
      dropNext: assign(({ context }) => ({ queue: context.queue.slice(1) })),
      seed: assign(({ context, event }) =>
        event.type === "conversation.seeded" ? seed(context, event) : {},
      ),
      // stages of a turn
      noteUnderstanding: assign(
        ({ context }, result: { output: Understanding; durationMs: number }) =>
          stages.noteUnderstanding(context, result),
      ),
      assumeQuestion: assign(({ context }) => stages.assumeQuestion(context)),
      noteFlow: assign(({ context }, result: { output: FlowTurn; durationMs: number }) =>
        noteFlow(context, result),
      ),
      noteFlowGivenUp: assign(({ context }) =>
        stages.noteEscalation(context, context.active?.flowTurn?.reason ?? "internal-error"),
      ),
      noteRetrieved: assign(
        ({ context }, result: { output: Retrieved; durationMs: number; isWeb: boolean }) =>
          stages.noteRetrieved(context, result),
      ),
      noteWebFailure: assign(({ context }) => updateTurn(context, { isWebTried: true })),
      noteRetry: assign(({ context }) => updateTurn(context, { isRetried: true })),
      countTry: assign(({ context }) =>
        updateTurn(context, { generation: (context.active?.generation ?? 0) + 1, verified: null }),
      ),
      noteDraft: assign(({ context }, result: { output: AnswerDraft; durationMs: number }) =>
        stages.noteDraft(context, result),
      ),
      noteVerified: assign(({ context }, result: { output: Verified; durationMs: number }) =>
        stages.noteVerified(context, result),
      ),
      quoteInstead: assign(({ context }) => stages.quoteInstead(context)),
      // ends of a turn
      compose: assign(({ context, event }, params: { ending: Ending }) => {
        // Who takes his question back wants no part of its answer either.
        const keeps =
          event.type === "stop.requested" && (event.by === undefined || event.isPressed === true);
        const shown = keeps ? event.shown : undefined;
        return updateTurn(context, { reply: compose(context, params.ending, settings, shown) });
      }),
      closeTurn: assign(({ context }, params: { at: number }) => closeTurn(context, params.at)),
      forget: assign(({ context }) => forget(context)),
      endTopic: assign(() => endTopic()),
      noteCondensed: assign(({ context }, params: { output: Condensed }) =>
        history.noteCondensed(context, params.output),
      ),
      condenseByWords: assign(({ context }) => history.condenseByWords(context)),
      dropClarification: assign({ clarification: null }),
      // people
      noteEscalation: assign(({ context }, params: { reason: HandoffReason }) =>
        stages.noteEscalation(context, params.reason),
      ),
      noteWish: assign(({ context }) =>
        context.active?.act?.type === "person"
          ? stages.noteEscalation(context, context.active.act.reason)
          : {},
      ),
      openCase: assign(({ context }, params: { at: number } & AtDesk) =>
        openCase(context, params, settings.cases),
      ),
      noteForwarded: assign(({ context }, params: { incoming: Incoming }) =>
        cases.noteForwarded(context, params.incoming),
      ),
      noteAgentWords: assign(({ context, event }) =>
        event.type === "case.replied" ? cases.noteAgentWords(context, event) : {},
      ),
      noteRevision: assign(({ context, event }) => cases.noteRevision(context, event)),
      forgetWithdrawn: assign(({ context, event }) => cases.forgetWithdrawn(context, event)),
      restartWithout: assign(({ context, event }) => cases.restartWithout(context, event)),
      noteRevisedWords: assign(({ context, event }) => cases.noteRevisedWords(context, event)),
      endCase: assign(({ context }) => cases.endCase(context)),
      noteResolved: assign(({ context, event }) => cases.noteResolved(context, event)),
      noteRating: assign(({ context, event }) => noteRating(context, event)),
      resumeCase: assign(({ context }) => cases.resumeCase(context)),
      forwardTurn: assign(({ context }) => cases.forwardTurn(context)),
      retryForAgent: assign(({ context, event }) => cases.retryForAgent(context, event)),
    },
    guards: {
      isAddressed: ({ event }) => guards.isAddressed(event),
      isMeant: ({ context, event }) => guards.isMeant(context, event),
      isOfBurst: ({ context, event }) => guards.isOfBurst(context, event),
      continuesTurn: ({ context, event }) => guards.continuesTurn(context, event),
      mayWait: ({ context, event }) => guards.mayWait(context, event),
      isForNewCase: ({ context, event }) => guards.isForNewCase(context, event),
      mayBelongToCase: ({ context, event }) => guards.mayBelongToCase(context, event),
      mayWaitForCase: ({ context, event }) => guards.mayWaitForCase(context, event),
      hasQueued: ({ context }) => context.queue.length > 0,
      hasQueuedUnaddressed: ({ context }) => context.queue[0]?.isUnaddressed === true,
      hasSurplus: ({ context }) => history.hasSurplus(context),
      hasGathered: ({ context }) => guards.hasGathered(context, settings),
      isForCase: ({ context, event }) => cases.isForCase(context, event),
      isAddressedForCase: ({ context, event }) =>
        guards.isAddressed(event) && cases.isForCase(context, event),
      isWithdrawal: ({ context, event }) => cases.isWithdrawal(context, event),
      isForClosedCase: ({ context, event }) => cases.isForClosedCase(context, event),
      isOneOfSeveral: ({ context, event }) => cases.isOfBurst(context, event),
      isOwnCase: ({ context, event }) => cases.isOwnCase(context, event),
      isClosedCase: ({ context, event }) => cases.isClosedCase(context, event),
      isClosedAndBusy: ({ context, event }) =>
        context.active !== null && cases.isClosedCase(context, event),
      isClaimedAgainAndBusy: ({ context, event }) =>
        context.active !== null &&
        event.type === "case.reopened" &&
        event.isClaimed &&
        cases.isClosedCase(context, event),
      isClaimedAgain: ({ context, event }) =>
        event.type === "case.reopened" && event.isClaimed && cases.isClosedCase(context, event),
      isIdleEnd: ({ context, event }) =>
        event.type === "case.resolved" && event.isIdle === true && cases.isOwnCase(context, event),
      isSilentEnd: ({ context, event }) =>
        event.type === "case.resolved" &&
        event.isSilent === true &&
        cases.isOwnCase(context, event),
      hasHint: ({ context, event }) => cases.hasHint(context, event),
      isOthersRating: ({ context, event }) => isOthersRating(context, event),
      isRating: ({ context, event }) => ratingIn(context, event) !== null,
      isKnownCase: ({ context, event }) => cases.isKnownCase(context, event),
      isBusy: ({ context }) => context.active !== null,
      isMeantToStop: ({ context, event }) => guards.isMeantToStop(context, event),
      isBlank: ({ context }) => guards.isBlank(context),
      isUnreadable: ({ context }) => context.isUnreadable,
      acts: ({ context }, params: { type: Act["type"] }) =>
        context.active?.act?.type === params.type,
      hasFlowTurn: ({ context }) => context.active?.flowTurn !== undefined,
      isFlowGivenUp: ({ context }) => context.active?.flowTurn?.outcome === "handover",
      isUnderstood: ({ context }) => context.active !== null && context.active.act !== null,
      saysGoodbye: ({ context }) =>
        context.active?.act?.type === "smalltalk" && context.active.act.topic === "goodbye",
      mayAskAgain: ({ context }) =>
        context.active?.act?.type === "none-of-these" &&
        context.active.round < settings.maxClarifications,
      isLastMissByWords: ({ context }) =>
        context.active?.act?.type === "dissatisfied" && guards.isLastMiss(context, settings),
      mayRetry: ({ context }) => context.active?.isRetried === false,
      decides: ({ context }, params: { verdict: Verdict }) =>
        decide(context, settings) === params.verdict,
      wantsAnotherTry: ({ context }) =>
        context.active?.verified?.verdict === "regenerate" && context.active.generation < 2,
      foundNothingAgain: ({ context }) =>
        context.active?.verified?.verdict === "nothing" && guards.isLastMiss(context, settings),
      isVerified: ({ context }) => (context.active?.verified ?? null) !== null,
    },
    delays: {
      gather: ({ context }) => context.active?.incoming.gatherMs ?? settings.gatherMs,
      clarifyTimeout: settings.clarifyTimeoutMs,
      followUpWindow: settings.followUpWindowMs,
      quiet: settings.quietMs,
      retry: settings.retryMs,
    },
  });
}

/** What the parts of the chart are written with. */
export type DialogueSetup = ReturnType<typeof dialogueSetup>;
