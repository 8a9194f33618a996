import { z } from "zod";
import {
  type Audience,
  caseId,
  conversationId,
  LANGUAGES,
  messageId,
  PLATFORMS,
  type Principal,
  type ReplyAddress,
  ROLES,
  type Turn,
  userId,
} from "../../src/core/index.ts";
import { type CaseLink, type DialogueContext, emptyDialogue, type Incoming } from "./context.ts";
import { addTurns } from "./history.ts";
import { ofMessages, startTurn } from "./turn.ts";

const language = z.enum(LANGUAGES).catch("en");
const name = z.string().min(1).max(512);

const turnSchema = z
  .object({
    role: z.enum(["user", "bot", "agent"]),
    text: z.string(),
    at: z.number().catch(0),
    language,
    name: z.string().catch(""),
    line: z.string().nullish().catch(null),
  })
  .transform(({ line, ...turn }): Turn => {
    return { ...turn, decision: null, ...(typeof line === "string" ? { line } : {}) };
  });

const addressSchema = z
  .object({
    platform: z.enum(PLATFORMS),
    conversationId: name.transform(conversationId),
    channelId: z.string(),
    threadId: z.string().nullable().catch(null),
    replyTo: name.transform(messageId).nullable().catch(null),
    ephemeral: z.boolean().catch(false),
  })
  .transform((address): ReplyAddress => address);

const principalSchema = z
  .object({
    platform: z.enum(PLATFORMS),
    userId: name.transform(userId),
    displayName: z.string().catch(""),
    role: z.enum(ROLES).catch("guest"),
    groups: z.array(z.string()).catch([]),
  })
  .transform((principal): Principal => principal);

/** Who may have read what cannot be told any more: everybody, so nothing but public documents. */
const UNKNOWN_AUDIENCE: Audience = { kind: "shared", visible: [] };

const incomingSchema = z
  .object({
    id: name.transform(messageId),
    text: z.string().catch(""),
    address: addressSchema,
    principal: principalSchema,
    at: z.number().catch(0),
  })
  .transform(
    (incoming): Incoming => ({
      ...incoming,
      chosenOptionId: null,
      hasAttachments: false,
      audience: UNKNOWN_AUDIENCE,
      gatherMs: null,
    }),
  );

const caseSchema = z
  .object({
    id: name.transform(caseId),
    address: addressSchema,
    customer: z.string(),
    language,
  })
  .transform((link): CaseLink => link);

const contextSchema = z.looseObject({
  language,
  turns: z.array(z.unknown()).catch([]),
  people: z.array(z.string()).catch([]),
  summary: z.string().catch(""),
  surplus: z.object({ lines: z.array(z.unknown()) }).catch({ lines: [] }),
  active: z
    .object({
      incoming: incomingSchema,
      texts: z.array(z.string()).catch([]),
      burst: z.array(incomingSchema).catch([]),
    })
    .nullable()
    .catch(null),
  queue: z.array(z.unknown()).catch([]),
  openCase: caseSchema.nullable().catch(null),
  casesOpened: z.number().int().nonnegative().catch(0),
});

function readable<Value>(schema: z.ZodType<Value>, items: readonly unknown[]): readonly Value[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A burst as one message. */
function withText(incoming: Incoming, texts: readonly string[] | null): Incoming {
  return texts === null ? incoming : { ...incoming, text: texts.join("\n") };
}

/** Where a dialogue goes on whose stored state cannot be read. */
export interface Salvaged {
  readonly value: "idle" | "escalating" | "waitingForAgent" | "withAgent";
  readonly context: DialogueContext;
}

/**
 * Takes what can still be read out of a broken snapshot and goes to a person: an open case stays with its agent, who is told
 * what was being handled; a turn under way is handed over at once; else the next message opens a case.
 */
export function salvageDialogue(id: string, raw: unknown): Salvaged {
  const empty: DialogueContext = { ...emptyDialogue(id), isUnreadable: true };
  const found = z.object({ context: contextSchema }).safeParse(raw);
  if (!found.success) return { value: "idle", context: empty };
  const { active, openCase, queue, turns, people, summary, surplus, casesOpened } =
    found.data.context;
  const base: DialogueContext = {
    ...empty,
    language: found.data.context.language,
    ...addTurns({ turns: [], summary }, readable(turnSchema, [...surplus.lines, ...turns])),
    people,
    queue: readable(incomingSchema, queue),
    // The number names cases: never reuse one that may have been taken just before the state broke.
    casesOpened: casesOpened + 1,
  };
  const texts = active === null || active.texts.length === 0 ? null : active.texts;
  if (openCase !== null) {
    const cut = active === null ? [] : [withText(active.incoming, texts)];
    const waiting = [...cut, ...base.queue];
    return {
      // There what has waited is passed on to the case at once.
      value: waiting.length === 0 ? "withAgent" : "waitingForAgent",
      context: { ...base, queue: waiting, openCase, isUnreadable: false },
    };
  }
  if (active === null) return { value: "idle", context: base };
  const [first = withText(active.incoming, texts), ...rest] = active.burst;
  const started: DialogueContext = { ...base, ...startTurn(base, active.incoming) };
  const turn = started.active;
  if (turn === null) return { value: "idle", context: base };
  return {
    value: "escalating",
    context: {
      ...started,
      active: { ...turn, ...ofMessages([first, ...rest]), escalation: "conversation-unreadable" },
    },
  };
}
