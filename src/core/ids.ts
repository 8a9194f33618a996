declare const brand: unique symbol;

/** A string that only its own constructor function makes, so that ids of two kinds cannot be mixed up. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One conversation: a thread, a direct-message channel, a console session (`slack:T1:C1:170000.1`, `console:default`). */
export type ConversationId = Branded<"ConversationId">;
/** A message as its platform names it, unique within that platform. */
export type MessageId = Branded<"MessageId">;
/** A person as their platform names them, unique within that platform. */
export type UserId = Branded<"UserId">;
/** A handover to people. */
export type CaseId = Branded<"CaseId">;
/** One document of the knowledge base. */
export type DocumentId = Branded<"DocumentId">;
/** One chunk of a document; stable while its text stays the same. */
export type PassageId = Branded<"PassageId">;
/** Names one effect of one turn for ever, so that it can be retried without being doubled. */
export type EffectKey = Branded<"EffectKey">;

function assertId<Name extends string>(value: string, name: Name): asserts value is Branded<Name> {
  if (value.length === 0 || value.length > 512) {
    throw new RangeError(`${name} must have 1 to 512 characters, not ${value.length}`);
  }
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function conversationId(raw: string): ConversationId {
  assertId(raw, "ConversationId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function messageId(raw: string): MessageId {
  assertId(raw, "MessageId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function userId(raw: string): UserId {
  assertId(raw, "UserId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function caseId(raw: string): CaseId {
  assertId(raw, "CaseId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function documentId(raw: string): DocumentId {
  assertId(raw, "DocumentId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function passageId(raw: string): PassageId {
  assertId(raw, "PassageId");
  return raw;
}

/** @throws RangeError when `raw` is empty or over 512 characters. */
export function effectKey(raw: string): EffectKey {
  assertId(raw, "EffectKey");
  return raw;
}
