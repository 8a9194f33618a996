import type { DialogueEvent } from "../../src/core/index.ts";
import { postLimited, postTooBusy } from "./arrivals.ts";
import { forwarded, settledForwarded, tellRevisedWords, tellWithdrawnWords } from "./case-talk.ts";
import { type Ending, postOf } from "./compose.ts";
import type { DialogueContext } from "./context.ts";
import { durationOf, timeOf } from "./event-facts.ts";
import { postNotRated, postRated, tellRating } from "./ratings.ts";
import { reviewedTurn } from "./reviewed-turn.ts";

type Arrival = Extract<DialogueEvent, { type: "message.received" | "option.chosen" }>;

interface InContext {
  readonly context: DialogueContext;
}

/** How a turn ends: with exactly one reply, after which it is written down. */
export function ending(kind: Ending) {
  return [
    { type: "compose", params: { ending: kind } },
    { type: "reply.post", params: ({ context }: InContext) => postOf(context) },
    { type: "turn.reviewed", params: ({ context }: InContext) => reviewedTurn(context) },
    {
      type: "closeTurn",
      params: ({ event }: { readonly event: object }) => ({ at: timeOf(event) }),
    },
  ] as const;
}

/** Says that no more can wait. */
export const POST_TOO_BUSY = {
  type: "reply.post",
  params: ({ context, event }: InContext & { readonly event: Arrival }) =>
    postTooBusy(context, event),
} as const;

/** Says that its author has asked too much. */
export const POST_LIMITED = {
  type: "reply.post",
  params: ({ event }: { readonly event: Extract<DialogueEvent, { type: "message.limited" }> }) =>
    postLimited(event),
} as const;

interface Happened extends InContext {
  readonly event: DialogueEvent;
}

/** A message is gone: the cases that may have it are told, and nothing of it is kept. */
export const WITHDRAWN = [
  {
    type: "tell",
    params: ({ context, event }: Happened) => tellWithdrawnWords(context, event, "open"),
  },
  {
    type: "tell",
    params: ({ context, event }: Happened) => tellWithdrawnWords(context, event, "closed"),
  },
  "forgetWithdrawn",
] as const;

/** Somebody mends what he had written in the case that has ended: it is told, and nobody answers. */
export const REVISED_FOR_CASE = {
  guard: "isForClosedCase",
  actions: [
    { type: "tell", params: ({ context, event }: Happened) => tellRevisedWords(context, event) },
    {
      type: "turn.settled",
      params: ({ context, event }: Happened) => settledForwarded(forwarded(context, event)),
    },
    "noteRevisedWords",
  ],
} as const;

/** How the last case was, told to it and thanked for. */
export const RATED = {
  guard: "isRating",
  actions: [
    {
      type: "tell",
      params: ({ context, event }: InContext & { readonly event: DialogueEvent }) =>
        tellRating(context, event),
    },
    {
      type: "reply.post",
      params: ({ context, event }: InContext & { readonly event: DialogueEvent }) =>
        postRated(context, event),
    },
    "noteRating",
  ],
} as const;

/** By a button: only whoever was helped says how it was. */
export const RATED_BY_BUTTON = [
  RATED,
  {
    guard: "isOthersRating",
    actions: {
      type: "reply.post",
      params: ({ context, event }: InContext & { readonly event: DialogueEvent }) =>
        postNotRated(context, event),
    },
  },
] as const;

/** Output of a task and how long it took. */
export function tookResult<Output>({ event }: { readonly event: { readonly output: Output } }) {
  return { output: event.output, durationMs: durationOf(event) };
}
