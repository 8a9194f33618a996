import { z } from "zod";
import { type ConversationId, conversationId } from "../core/index.ts";
import type { Call } from "../ports/application.ts";
import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { DeskView } from "../ports/desk.ts";
import type { FeedbackLog } from "../ports/feedback.ts";
import type { HandoverLog } from "../ports/handover-log.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Person, PersonalConversation, PersonalRecords } from "../ports/people.ts";
import type { ReviewedTurn, ReviewLog } from "../ports/review-log.ts";
import { isBlocked } from "./blocked-people.ts";
import { deleteConversation, type KeepingPlaces } from "./delete-conversation.ts";

/** Of everything so many are looked at. */
const MAX_LOOKED_AT = 1_000_000;
/** What adapters remember by conversation or by person. */
const REMEMBERED = ["taken:", "kept:", "share:"] as const;

/** Where something of a person is kept. */
interface PersonalPlaces {
  readonly directory: Pick<ConversationDirectory, "list" | "read">;
  readonly view: Pick<DeskView, "list">;
  readonly feedback: Pick<FeedbackLog, "list">;
  readonly review: Pick<ReviewLog, "list">;
  readonly handovers: Pick<HandoverLog, "list">;
  readonly memory: Pick<KeyedMemory, "get" | "list" | "delete">;
}

const spokenSchema = z.looseObject({
  context: z.looseObject({
    /** Absent in snapshots from before it was kept. */
    people: z.array(z.string()).catch([]),
    turns: z.array(z.unknown()).catch([]),
    surplus: z.looseObject({ lines: z.array(z.unknown()) }).catch({ lines: [] }),
  }),
});
const saidByUser = z.looseObject({ role: z.literal("user"), name: z.string() });
const principal = z.object({ platform: z.string(), userId: z.string().min(1) });
const authored = z.object({ author: z.string().min(1) });

/** Everybody whom a stored dialogue names: `slack:U1`, by the list that it keeps, and by what waits in it. */
function namedIn(id: ConversationId, snapshot: unknown): ReadonlySet<string> {
  const parsed = spokenSchema.safeParse(snapshot);
  const found = new Set<string>(parsed.success ? parsed.data.context.people : []);
  const platform = id.split(":", 1)[0] ?? "";
  const rest: unknown[] = [snapshot];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const whole = principal.safeParse(next);
    if (whole.success) found.add(keyOf(whole.data));
    const half = authored.safeParse(next);
    if (half.success) found.add(keyOf({ platform, userId: half.data.author }));
    const inner: readonly unknown[] = Object.values(next);
    rest.push(...inner);
  }
  return found;
}

/** Whether several names stand under the lines of a stored dialogue. */
function hasSeveralNames(snapshot: unknown): boolean {
  const parsed = spokenSchema.safeParse(snapshot);
  if (!parsed.success) return false;
  const { turns, surplus } = parsed.data.context;
  const names = [...turns, ...surplus.lines].flatMap((turn) => {
    const said = saidByUser.safeParse(turn);
    return said.success ? [said.data.name] : [];
  });
  return new Set(names).size > 1;
}

function keyOf({ platform, userId }: { readonly platform: string; readonly userId: string }) {
  return `${platform}:${userId}`;
}

/** Conversations of whose stored state this person is a part. */
async function spokenIn(
  { directory }: PersonalPlaces,
  person: Person,
  { signal }: Call,
): Promise<readonly PersonalConversation[]> {
  const own: PersonalConversation[] = [];
  const all = await directory.list({ kind: "dialogue", limit: MAX_LOOKED_AT });
  for (const { instance } of all) {
    signal.throwIfAborted();
    const text = await directory.read(instance);
    // Most are none of his: only those that may be are looked into.
    if (text === null || !text.includes(JSON.stringify(person.userId).slice(1, -1))) continue;
    const snapshot: unknown = JSON.parse(text);
    const id = conversationId(instance.id);
    const named = namedIn(id, snapshot);
    if (!named.has(keyOf(person))) continue;
    own.push({ id, isShared: named.size > 1 || hasSeveralNames(snapshot) });
  }
  return own;
}

/** His conversations, each once; shared when anything says so. */
function together(
  spoken: readonly PersonalConversation[],
  further: readonly ConversationId[],
  ofOthers: ReadonlySet<ConversationId>,
): readonly PersonalConversation[] {
  const all = new Map<ConversationId, boolean>(further.map((id) => [id, false]));
  for (const { id, isShared } of spoken) all.set(id, isShared);
  return [...all].map(([id, isShared]) => ({ id, isShared: isShared || ofOthers.has(id) }));
}

const ofSomebody = z.object({
  conversation: z.string().nullable().catch(null),
  user: z.string().nullable().catch(null),
});

async function rememberedOf(
  { memory }: PersonalPlaces,
  { platform, userId }: Person,
  own: ReadonlySet<string>,
): Promise<PersonalRecords["remembered"]> {
  const asked = await memory.list(`${platform}:asked:${userId}:`, MAX_LOOKED_AT);
  const further = await Promise.all(
    REMEMBERED.map((prefix) => memory.list(`${platform}:${prefix}`, MAX_LOOKED_AT)),
  );
  const his = further.flat().filter(({ value }) => {
    const parsed = ofSomebody.safeParse(value);
    if (!parsed.success) return false;
    const { user, conversation } = parsed.data;
    return user === userId || (conversation !== null && own.has(conversation));
  });
  return [...asked, ...his];
}

/** Collects what is kept about somebody, from either store. */
export async function personalRecords(
  places: PersonalPlaces,
  person: Person,
  call: Call,
): Promise<PersonalRecords> {
  const isHis = (one: { readonly platform: string; readonly userId: string }): boolean =>
    one.platform === person.platform && one.userId === person.userId;
  const limit = MAX_LOOKED_AT;
  const allReviewed = await places.review.list({ limit });
  const reviewed = allReviewed.filter(isHis);
  const feedback = (await places.feedback.list({ value: null, limit })).filter(isHis);
  const allCases = await places.view.list({ includeResolved: true });
  const ownCases = allCases.filter(
    ({ packet: { platform, customerId } }) =>
      customerId !== undefined && isHis({ platform, userId: customerId }),
  );
  const conversations = together(
    await spokenIn(places, person, call),
    [
      ...[...reviewed, ...feedback].map(({ conversationId: id }) => id),
      ...ownCases.map(({ packet }) => packet.conversationId),
    ],
    new Set(allReviewed.filter((one) => !isHis(one)).map(reviewedIn)),
  );
  const own = new Set<string>(conversations.map(({ id }) => id));
  const handovers = await places.handovers.list({ limit });
  return {
    person,
    conversations,
    reviewed,
    feedback,
    cases: allCases.filter(({ packet }) => own.has(packet.conversationId)),
    handovers: handovers.filter(({ conversationId: id }) => own.has(id)),
    remembered: await rememberedOf(places, person, own),
    isBlocked: await isBlocked(places.memory, person),
  };
}

function reviewedIn({ conversationId: id }: ReviewedTurn): ConversationId {
  return id;
}

/**
 * Erases all conversations of somebody whole, also what others said in them, with everything that is kept of them, and what
 * is remembered of him. That he is blocked stays. Whoever is stopped in between erases again.
 * @returns what there was
 */
export async function erasePerson(
  places: PersonalPlaces & KeepingPlaces,
  person: Person,
  call: Call,
): Promise<PersonalRecords> {
  const found = await personalRecords(places, person, call);
  for (const { name } of found.remembered) await places.memory.delete(name);
  for (const { caseId } of found.handovers) await places.handovers.remove(caseId);
  for (const { id } of found.conversations) {
    call.signal.throwIfAborted();
    await deleteConversation(places, id);
  }
  return found;
}
