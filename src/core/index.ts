export {
  type Audience,
  mayEdit,
  mayRead,
  type Principal,
  parseVisibility,
  principalMayRead,
  ROLES,
  type Role,
  readsInternal,
  type Visibility,
} from "./access.ts";
export { assertNever } from "./assert-never.ts";
export {
  AGENT_RESOLUTIONS,
  CASE_PRIORITIES,
  CASE_RESOLUTIONS,
  CASE_STATES,
  CASE_TARGETS,
  type CaseCall,
  type CaseEntry,
  type CaseFacts,
  type CasePlace,
  type CasePriority,
  type CaseRating,
  type CaseRecord,
  type CaseResolution,
  type CaseTarget,
  HANDOFF_REASONS,
  type HandoffPacket,
  type HandoffReason,
  NEW_CASE_FACTS,
} from "./case.ts";
export { draftOf, type KnowledgeDraft } from "./case-draft.ts";
export { byUrgency, isHeldBy, turnOfCase } from "./case-holder.ts";
export { childEntry } from "./child-entry.ts";
export { dayOf } from "./day.ts";
export {
  ERROR_CODES,
  type ErrorCode,
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
  systemErrorCode,
} from "./errors.ts";
export type { CaseEvent, CaseTold, DialogueEvent } from "./events.ts";
export {
  type FileCarriage,
  type FileDestination,
  type FileEvent,
  type FileTrouble,
  fileCarrierId,
  MAX_CARRIED_BYTES,
} from "./files.ts";
export { fingerprint } from "./fingerprint.ts";
export {
  type CaseId,
  type ConversationId,
  caseId,
  conversationId,
  type DocumentId,
  documentId,
  type EffectKey,
  effectKey,
  type MessageId,
  messageId,
  type PassageId,
  passageId,
  userId,
} from "./ids.ts";
export { type InstanceAddress, instanceKey, parseInstanceKey } from "./instance.ts";
export { detectLanguage, LANGUAGES, type Language } from "./language.ts";
export {
  type Attachment,
  type InboundMessage,
  type Manner,
  type ReplyAddress,
  type SharedFile,
  TONES,
  type Tone,
} from "./message.ts";
export { mailboxVariable, NAMES_SOMEBODY } from "./naming.ts";
export type { Passage, RankedPassage, RetrievalFeatures } from "./passage.ts";
export { PLATFORMS, type Platform } from "./platform.ts";
export type { Progress } from "./progress.ts";
export {
  type Citation,
  DECISIONS,
  DEGRADATIONS,
  type Decision,
  type Degradation,
  isAnswerToMessage,
  isCitation,
  REPLY_MARKS,
  type Reply,
  type ReplyMark,
  type ReplyOption,
  type StageTimings,
} from "./reply.ts";
export { seededRandom } from "./seeded-random.ts";
export { timeLimit } from "./time-limit.ts";
export type { Turn, TurnPart } from "./turn.ts";
