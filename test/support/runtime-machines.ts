import { assign, fromPromise, setup } from "xstate";
import {
  conversationId,
  type InboundMessage,
  type InstanceAddress,
  messageId,
  type Platform,
  type Reply,
  type ReplyAddress,
  userId,
} from "../../src/core/index.ts";
import type { MachineKind } from "../../src/runtime/index.ts";

/** What the small assistant below remembers. */
interface SmallContext {
  readonly id: string;
  readonly address: ReplyAddress | null;
  /** Texts that wait for an answer. */
  readonly pending: readonly string[];
  readonly answers: number;
  readonly note: unknown;
}

type SmallEvent =
  | { readonly type: "message.received"; readonly message: InboundMessage; readonly at: number }
  /** Puts a `tell` into the outbox. */
  | { readonly type: "colleague.asked"; readonly to: InstanceAddress; readonly key: string }
  | { readonly type: "colleague.told"; readonly from: string }
  /** Puts a custom effect into the outbox. */
  | { readonly type: "note.made"; readonly note: unknown }
  /** Ends the answer with what was shown of it. */
  | { readonly type: "stop.requested"; readonly shown?: string }
  /** Drops what is pending without a word. */
  | { readonly type: "conversation.reset" }
  /** Makes the machine throw. */
  | { readonly type: "defect.met" }
  /** Puts something into the context that JSON cannot hold. */
  | { readonly type: "date.kept" };

/** Settings of {@link smallKind}. */
interface SmallSettings {
  readonly gatherMs?: number;
  /** After an answer, ask whether there is more; null never. */
  readonly followUpMs?: number | null;
  /** The answering state gives up by itself after this time. */
  readonly answerLimitMs?: number;
  readonly idleTtlMs?: number | null;
  readonly isKept?: (context: unknown) => boolean;
  readonly version?: number;
  readonly migrations?: MachineKind["migrations"];
}

const stub = <Output, Input>() =>
  fromPromise<Output, Input>(async () => {
    throw new Error("tasks are run by the runtime");
  });

/** A reply with nothing but a text. */
function plainReply(text: string): Reply {
  return {
    decision: "answer",
    text,
    language: "en",
    confidence: null,
    question: null,
    citations: [],
    options: [],
    case: null,
    marks: [],
    timings: {},
    speaker: { kind: "bot" },
  };
}

/** An address on a platform, one conversation per name. */
function addressIn(name: string, platform: Platform = "console"): ReplyAddress {
  return {
    platform,
    conversationId: conversationId(`${platform}:${name}`),
    channelId: name,
    threadId: null,
    replyTo: null,
    ephemeral: false,
  };
}

/** A message of Ada in a conversation of this name. */
export function messageIn(
  name: string,
  text: string,
  platform: Platform = "console",
): InboundMessage {
  const id = messageId(`m-${Math.random().toString(36).slice(2)}`);
  return {
    id,
    address: addressIn(name, platform),
    principal: { platform, userId: userId("ada"), displayName: "Ada", role: "viewer", groups: [] },
    audience: { kind: "private" },
    text,
    attachments: [],
    isAddressed: true,
    receivedAt: 0,
  };
}

/**
 * A small assistant with everything the runtime must be able to do: gathers messages, understands (`understand`), answers
 * (`answer`, which a new message interrupts and joins), follows up, tells colleagues, apologises when a task fails.
 */
export function smallKind(settings: SmallSettings = {}): MachineKind {
  const { gatherMs = 0, followUpMs = null, answerLimitMs = 3_600_000 } = settings;
  return {
    kind: "dialogue",
    version: settings.version ?? 1,
    machine: smallMachine(gatherMs, followUpMs, answerLimitMs),
    migrations: settings.migrations ?? {},
    fallback: (id) => ({
      value: "withPerson",
      context: {
        ...{ id, pending: [], answers: 0, note: null },
        address: addressIn(id.replace(/^console:/u, "")),
      },
    }),
    input: (id) => ({ id }),
    addressOf: (context) => {
      const isSmall = typeof context === "object" && context !== null && "address" in context;
      return isSmall ? addressIn(nameOf(context.address), platformOf(context.address)) : null;
    },
    isKept: settings.isKept ?? (() => false),
    idleTtlMs: settings.idleTtlMs ?? null,
  };
}

function nameOf(address: unknown): string {
  const has = typeof address === "object" && address !== null && "channelId" in address;
  return has ? String(address.channelId) : "nowhere";
}

function platformOf(address: unknown): Platform {
  const has = typeof address === "object" && address !== null && "platform" in address;
  return has && address.platform === "slack" ? "slack" : "console";
}

function smallMachine(gatherMs: number, followUpMs: number | null, answerLimitMs: number) {
  return setup({
    types: {
      context: {} as SmallContext,
      events: {} as SmallEvent,
      input: {} as { readonly id: string },
    },
    actors: {
      understand: stub<{ readonly intent: string }, { readonly text: string }>(),
      answer: stub<string, { readonly text: string }>(),
    },
    actions: {
      "reply.post": (
        _,
        _params: { readonly address: ReplyAddress | null; readonly reply: Reply },
      ) => {},
      tell: (
        _,
        _params: { readonly to: InstanceAddress; readonly event: object; readonly key: string },
      ) => {},
      "note.keep": (_, _params: { readonly note: unknown }) => {},
    },
    guards: {
      gathersNothing: () => gatherMs === 0,
      followsUp: () => followUpMs !== null,
      isFull: ({ context }) => context.pending.length >= 20,
    },
    delays: { GATHER: gatherMs, FOLLOW_UP: followUpMs ?? 0, LIMIT: answerLimitMs },
  }).createMachine({
    id: "small",
    initial: "idle",
    context: ({ input }) => ({ id: input.id, address: null, pending: [], answers: 0, note: null }),
    on: {
      "colleague.asked": {
        actions: {
          type: "tell",
          params: ({ context, event }) => ({
            to: event.to,
            event: { type: "colleague.told", from: context.id },
            key: event.key,
          }),
        },
      },
      "colleague.told": {
        actions: {
          type: "reply.post",
          params: ({ context, event }) => ({
            address: context.address ?? addressIn(context.id),
            reply: plainReply(`told by ${event.from}`),
          }),
        },
      },
      "note.made": {
        actions: { type: "note.keep", params: ({ event }) => ({ note: event.note }) },
      },
      "defect.met": {
        actions: assign(() => {
          throw new Error("a defect of the machine");
        }),
      },
      "conversation.reset": { target: ".idle", actions: assign({ pending: [] }) },
      "date.kept": { actions: assign({ note: () => new Date(0) }) },
    },
    states: {
      idle: { on: { "message.received": { target: "gathering", actions: remember() } } },
      gathering: {
        always: { guard: "gathersNothing", target: "understanding" },
        after: { GATHER: "understanding" },
        on: { "message.received": { target: "gathering", reenter: true, actions: remember() } },
      },
      understanding: {
        invoke: {
          id: "understand",
          src: "understand",
          input: ({ context }) => ({ text: context.pending.join(" | ") }),
          onDone: "answering",
          onError: "apologising",
        },
        on: { "message.received": { target: "gathering", actions: remember() } },
      },
      answering: {
        invoke: {
          id: "answer",
          src: "answer",
          input: ({ context }) => ({ text: context.pending.join(" | ") }),
          onDone: {
            target: "answered",
            actions: [
              {
                type: "reply.post",
                params: ({ context, event }) => ({
                  address: context.address,
                  reply: plainReply(event.output),
                }),
              },
              assign({ pending: [], answers: ({ context }) => context.answers + 1 }),
            ],
          },
          onError: "apologising",
        },
        after: { LIMIT: "apologising" },
        on: {
          "message.received": { target: "gathering", actions: remember() },
          "stop.requested": {
            target: "idle",
            actions: [
              {
                type: "reply.post",
                params: ({ context, event }) => ({
                  address: context.address,
                  reply: plainReply(`stopped after: ${event.shown ?? "?"}`),
                }),
              },
              assign({ pending: [] }),
            ],
          },
        },
      },
      apologising: {
        entry: [
          {
            type: "reply.post",
            params: ({ context, event }) => ({
              address: context.address,
              reply: plainReply(`sorry: ${codeOf(event)}`),
            }),
          },
          assign({ pending: [] }),
        ],
        always: "idle",
      },
      answered: { always: [{ guard: "followsUp", target: "followingUp" }, { target: "idle" }] },
      followingUp: {
        after: {
          FOLLOW_UP: {
            target: "idle",
            actions: {
              type: "reply.post",
              params: ({ context }) => ({
                address: context.address,
                reply: plainReply("anything else?"),
              }),
            },
          },
        },
        on: { "message.received": { target: "gathering", actions: remember() } },
      },
      withPerson: {
        entry: {
          type: "reply.post",
          params: ({ context }) => ({
            address: context.address,
            reply: plainReply("a person will take over"),
          }),
        },
        on: { "message.received": { actions: remember() } },
      },
    },
  });
}

function remember() {
  return assign<
    SmallContext,
    Extract<SmallEvent, { type: "message.received" }>,
    undefined,
    SmallEvent,
    never
  >({
    address: ({ event }) => event.message.address,
    pending: ({ context, event }) => [...context.pending, event.message.text].slice(-20),
  });
}

function codeOf(event: object): string {
  if (!("error" in event)) return "too slow";
  const { error } = event;
  const isCoded = typeof error === "object" && error !== null && "code" in error;
  return isCoded ? String(error.code) : "unknown";
}
