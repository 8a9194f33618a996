import { z } from "zod";
import type { CaseId, CaseRecord, ConversationId, ReplyAddress } from "../core/index.ts";
import type { Channel } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeskBoard } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";
import type { HeardTyping, TypingMirror } from "../ports/typing-mirror.ts";
import { replyAddressSchema } from "../runtime/index.ts";

export interface TypingMirrorParts {
  /** All cases that are open. */
  readonly openCases: () => Promise<readonly CaseRecord[]>;
  readonly find: (id: CaseId) => Promise<CaseRecord>;
  /** The stored state of a conversation; null when there is none. */
  readonly readConversation: (id: ConversationId) => Promise<string | null>;
  readonly channelOf: (platform: string) => Channel | null;
  readonly board: () => Pick<DeskBoard, "typing"> | null;
  /** An agent's name as customers see it. */
  readonly shownName: (agent: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who is served is looked up again after this time. */
const FRESH_MS = 15_000;
/** One who goes on typing is shown again after this time. */
const AGAIN_MS = 5_000;
const MAX_UNDER_WAY = 4;
const MAX_REMEMBERED = 1_000;

/** A customer whom somebody serves. */
interface Served {
  readonly id: CaseId;
  readonly conversationId: ConversationId;
  readonly customer: string;
}

const stateSchema = z.looseObject({
  context: z.looseObject({
    openCase: z.looseObject({ id: z.string(), address: replyAddressSchema }).nullable(),
  }),
});

type ServedByPerson = ReadonlyMap<string, readonly Served[]>;

function servedBy(cases: readonly CaseRecord[]): ServedByPerson {
  const served = new Map<string, Served[]>();
  for (const { id, state, packet } of cases) {
    if (state !== "claimed" || packet.customerId === undefined) continue;
    const who = `${packet.platform}:${packet.customerId}`;
    const { conversationId, customer } = packet;
    served.set(who, [...(served.get(who) ?? []), { id, conversationId, customer }]);
  }
  return served;
}

export function createTypingMirror(parts: TypingMirrorParts): TypingMirror {
  const { openCases, find, readConversation, channelOf, board, clock, logger } = parts;
  const shownAt = new Map<string, number>();
  let known: { readonly at: number; readonly served: Promise<ServedByPerson> } = {
    at: Number.NEGATIVE_INFINITY,
    served: Promise.resolve(new Map()),
  };
  let underWay = 0;

  const served = (): Promise<ServedByPerson> => {
    if (clock.now() - known.at > FRESH_MS)
      known = { at: clock.now(), served: openCases().then(servedBy) };
    return known.served;
  };

  const addressOf = async (
    id: CaseId,
    conversation: ConversationId,
  ): Promise<ReplyAddress | null> => {
    const text = await readConversation(conversation);
    const state = stateSchema.safeParse(text === null ? null : JSON.parse(text));
    const openCase = state.data?.context.openCase ?? null;
    return openCase?.id === id ? openCase.address : null;
  };

  const ofAgent = async (id: CaseId, name: string | null): Promise<void> => {
    const { state, agent, packet } = await find(id);
    if (state !== "claimed" || agent === null || agent !== name) return;
    const address = await addressOf(id, packet.conversationId);
    if (address !== null) channelOf(address.platform)?.typing?.(address, parts.shownName(agent));
  };

  const ofCustomer = async ({ platform, channelId, userId }: HeardTyping): Promise<void> => {
    for (const { id, conversationId, customer } of (await served()).get(`${platform}:${userId}`) ??
      []) {
      const address = await addressOf(id, conversationId);
      const places = address === null ? [] : [address.channelId, address.threadId];
      if (places.includes(channelId)) board()?.typing?.(id, customer);
    }
  };

  const show = async (typing: HeardTyping): Promise<void> => {
    const id = await typing.caseHere();
    return id === null ? ofCustomer(typing) : ofAgent(id, typing.name);
  };

  /** At most so often for each who types. */
  const isDue = (who: string): boolean => {
    const now = clock.now();
    if (now - (shownAt.get(who) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false;
    shownAt.delete(who);
    shownAt.set(who, now);
    const oldest = shownAt.keys().next();
    if (shownAt.size > MAX_REMEMBERED && !oldest.done) shownAt.delete(oldest.value);
    return true;
  };

  return {
    heard(typing) {
      const { platform, channelId, userId } = typing;
      if (underWay >= MAX_UNDER_WAY || !isDue(`${platform}:${channelId}:${userId}`)) return;
      underWay += 1;
      show(typing)
        .catch((error: unknown) => logger.debug({ err: error }, "typing was not shown"))
        .finally(() => {
          underWay -= 1;
        });
    },
  };
}
