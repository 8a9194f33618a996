import { z } from "zod";
import {
  boardKind,
  caseKind,
  DEFAULT_DIALOGUE_SETTINGS,
  dialogueKind,
  fileKind,
} from "../../flows/index.ts";
import { caseId, conversationId, messageId } from "../../src/core/index.ts";
import type { Persisted } from "../../src/runtime/index.ts";
import { aMessage, anAddress, aPrincipal } from "./flows-builders.ts";
import { someAssessment, someRetrieved, someVerified } from "./flows-outputs.ts";
import { aPacket } from "./reply-builder.ts";
import type { WalkOptions } from "./runtime-walk.ts";

const RESTING = new Set(["idle", "closed", "waitingForAgent", "withAgent"]);

const contextSchema = z.looseObject({
  active: z
    .looseObject({
      round: z.number(),
      isRetried: z.boolean(),
      generation: z.number(),
      isReturned: z.boolean().optional(),
    })
    .nullable(),
  queue: z.array(z.unknown()),
  misses: z.number(),
  turns: z.array(z.unknown()),
  surplus: z.object({ lines: z.array(z.unknown()) }).optional(),
  openCase: z.looseObject({ id: z.string() }).nullable(),
  closedCase: z.looseObject({ id: z.string(), resolvedAt: z.number().optional() }).nullable(),
  clarification: z.looseObject({ round: z.number() }).nullable(),
});

function readContext(state: Persisted): z.infer<typeof contextSchema> {
  return contextSchema.parse(state.context);
}

const manyLines = Array.from({ length: 30 }, (_, at) => ({
  role: at % 2 === 0 ? "user" : "bot",
  name: "",
  text: `line ${at}`,
  at,
  language: "en",
  decision: null,
}));

type AnyEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

function withCase(agent: { readonly caseId: string; readonly agent: string }): readonly AnyEvent[] {
  return [
    { type: "case.resolved", ...agent, isSilent: true },
    { type: "case.released", ...agent },
    { type: "case.returned", ...agent, hint: "How many days?" },
    { type: "case.returned", ...agent, hint: null },
  ];
}

function afterCase(id: string): readonly AnyEvent[] {
  const pressed = {
    messageId: messageId("press"),
    principal: aPrincipal("ana"),
    audience: { kind: "private" },
    address: anAddress(),
  };
  return [
    { type: "case.reopened", caseId: caseId(id), agent: "Mia", isClaimed: true },
    { type: "message.received", message: aMessage("4 quick", { by: "ana" }) },
    { type: "option.chosen", optionId: `rate.${id}.5`, ...pressed },
  ];
}

function eventsIn(state: Persisted): readonly AnyEvent[] {
  const { openCase, closedCase, queue, turns } = readContext(state);
  const id = caseId(openCase?.id ?? "C-none");
  const agent = { caseId: id, agent: "Mia" };
  const chosen = {
    type: "option.chosen",
    optionId: "c1.1",
    messageId: messageId("press"),
    principal: aPrincipal("ana"),
    audience: { kind: "private" },
    address: anAddress(),
  };
  return [
    { type: "message.received", message: aMessage("How many days?", { by: "ana" }) },
    ...(queue.length < 1
      ? [{ type: "message.received", message: aMessage("And I?", { by: "bo" }) }, chosen]
      : []),
    { type: "message.received", message: aMessage("never mind", { by: "ana" }) },
    { type: "message.received", message: aMessage("lunch?", { by: "cy", isAddressed: false }) },
    ...(turns.length === 0 ? [{ type: "conversation.seeded", turns: manyLines }] : []),
    { type: "stop.requested" },
    { type: "conversation.reset" },
    { type: "case.claimed", ...agent },
    { type: "case.replied", ...agent, text: "Hello" },
    { type: "case.revised", ...agent, line: "slack:C/1", text: "Hallo" },
    { type: "case.withdrawn", ...agent, line: "slack:C/1" },
    { type: "message.withdrawn", message: messageId("m1") },
    { type: "case.resolved", ...agent },
    ...(openCase === null ? [] : withCase(agent)),
    ...(closedCase === null ? [] : afterCase(closedCase.id)),
  ];
}

const ACTS = [
  { type: "question", question: "How many days?", isRewritten: false },
  { type: "option", optionId: "c1.1" },
  { type: "every-option" },
  { type: "none-of-these" },
  { type: "stale-option" },
  { type: "person", reason: "asked-for-person" },
  { type: "smalltalk", topic: "thanks" },
  { type: "smalltalk", topic: "goodbye" },
  { type: "cancel" },
  { type: "repeat" },
  { type: "transcript" },
  { type: "reset" },
  { type: "dissatisfied" },
  { type: "flow", name: "orders", text: "A-1" },
] as const;

const FLOW_TURN = { text: "Which order?", options: ["a", "b"], reason: null, state: null };

/** Everything that can happen to a dialogue. */
export const dialogueWalk: WalkOptions = {
  kind: dialogueKind({ ...DEFAULT_DIALOGUE_SETTINGS, isWebAllowed: true }),
  events: eventsIn,
  outputs: {
    understand: ACTS.map((act) => ({ language: "en", act })),
    retrieve: [
      someRetrieved(someAssessment({ answerable: 0.9 })),
      someRetrieved(someAssessment({ answerable: 0.9, ambiguous: 0.9 })),
      someRetrieved(someAssessment({ answerable: 0.5 })),
      someRetrieved(someAssessment({ answerable: 0.1 })),
    ],
    flow: [
      { ...FLOW_TURN, outcome: "waiting", state: { asked: "order" } },
      { ...FLOW_TURN, outcome: "done" },
      { ...FLOW_TURN, outcome: "handover", reason: "internal-error" },
    ],
    searchWeb: [
      someRetrieved(someAssessment({ answerable: 0.9 })),
      someRetrieved(someAssessment({ answerable: 0.1 })),
    ],
    answer: [{ kind: "model", text: "26 days [1].", citations: [], isRefusal: false }],
    verify: [someVerified("answer"), someVerified("regenerate"), someVerified("nothing")],
    condense: [{ summary: "spoke of lines", through: 40 }],
    summarize: [{ summary: "asked for days", suggestedAnswer: null, ahead: 2 }],
  },
  facets: (state) => {
    const { active, queue, misses, clarification, openCase, closedCase, surplus } =
      readContext(state);
    return [
      active === null ? null : [Math.min(active.round, 2), active.isRetried, active.generation],
      queue.length > 0,
      misses > 0,
      clarification?.round ?? 0,
      openCase !== null,
      openCase === null && active === null && closedCase?.resolvedAt !== undefined,
      (surplus?.lines.length ?? 0) > 7,
    ];
  },
  isResting: (state) => typeof state.value === "string" && RESTING.has(state.value),
  maxConfigurations: 30_000,
};

const CASE_ID = caseId("C-AAAAA-BBBBB");

const SOME_FILE = {
  platform: "slack",
  name: "plan.pdf",
  mediaType: "application/pdf",
  sizeBytes: 4,
  url: "https://files.slack.com/plan.pdf",
} as const;

const CASE_EVENTS: readonly AnyEvent[] = [
  {
    type: "case.requested",
    caseId: CASE_ID,
    conversationId: conversationId("console:test"),
    packet: aPacket({ customerId: "U1" }),
  },
  { type: "customer.wrote", name: "Ana", text: "hurry" },
  { type: "customer.cancelled" },
  { type: "agent.claimed", agent: "Mia" },
  { type: "agent.released", agent: "Mia" },
  { type: "agent.replied", agent: "Mia", text: "Hello", files: [SOME_FILE] },
  { type: "agent.noted", agent: "Mia", text: "a difficult one" },
  { type: "agent.revised", agent: "Mia", of: "reply", origin: "slack:C/1", text: "Hallo" },
  { type: "agent.withdrew", agent: "Ben", of: "reply", origin: "slack:C/1" },
  { type: "agent.revised", agent: "Mia", of: "note", origin: "slack:C/2", text: "easy" },
  { type: "customer.revised", name: "Ana", text: "hurry up", line: "m1" },
  { type: "customer.withdrew", name: "Ana", line: "m1" },
  { type: "agent.resolved", agent: "Mia" },
  { type: "agent.claimed", agent: "Ben" },
  { type: "agent.replied", agent: "Ben", text: "Me too" },
  { type: "agent.resolved", agent: "Ben" },
  { type: "agent.assigned", agent: "Mia", to: "Ben" },
  { type: "agent.transferred", agent: "Mia", team: "billing" },
  { type: "agent.prioritised", agent: "Mia", priority: "urgent" },
  { type: "agent.returned", agent: "Mia", hint: "How many days?" },
  { type: "agent.reopened", agent: "Mia" },
  { type: "agent.blocked", agent: "Mia" },
  { type: "customer.wrote", name: "Ana", text: "thanks" },
  { type: "customer.rated", stars: 4, comment: null },
];

const caseContext = z.looseObject({ agent: z.string().nullable(), reminders: z.number() });

/** Everything that can happen to a case at a desk on a platform. */
export const boardWalk: WalkOptions = {
  kind: boardKind(),
  events: () => [{ type: "board.changed", update: { type: "state" } }],
  outputs: {},
  isResting: () => true,
};

/** Everything that can happen to the files of a message. */
export const fileWalk: WalkOptions = {
  kind: fileKind(),
  events: () => [
    { type: "files.sent", files: [SOME_FILE], to: { kind: "desk", caseId: CASE_ID } },
    { type: "files.withdrawn" },
  ],
  outputs: {},
  isResting: () => true,
};

/** Everything that can happen to a case. */
export const caseWalk: WalkOptions = {
  kind: caseKind(DEFAULT_DIALOGUE_SETTINGS),
  events: () => CASE_EVENTS,
  outputs: {},
  facets: (state) => {
    const { agent, reminders } = caseContext.parse(state.context);
    return [agent, reminders];
  },
  // Whoever is with an agent is waited for by a timer; a queue waits for people, reminded of at first.
  isResting: ({ value }) => value === "opening" || value === "queued" || value === "closed",
};
