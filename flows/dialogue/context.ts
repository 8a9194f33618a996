import type {
  Attachment,
  Audience,
  CaseId,
  Citation,
  Degradation,
  HandoffReason,
  Language,
  Manner,
  MessageId,
  Passage,
  Principal,
  Reply,
  ReplyAddress,
  StageTimings,
  Turn,
} from "../../src/core/index.ts";
import type { ClosedUntil } from "../case/rules.ts";
import type { FlowTurn } from "../forms/custom-flow.ts";
import type {
  Act,
  AnswerDraft,
  Assessment,
  Clarification,
  Focus,
  Reading,
  RunningFlow,
  UnreadFile,
  Verified,
} from "../tasks/contracts.ts";

/** Lines of a conversation that are kept word for word. */
export const MAX_TURNS = 20;
/** Longest line that is kept. */
export const MAX_TURN_CHARACTERS = 1200;
/** Older lines that wait to be put into the rolling summary. */
export const MAX_SURPLUS = 40;
/** Longest of these that is kept. */
export const MAX_SURPLUS_CHARACTERS = 300;
/** Messages of other people that wait while a turn runs. */
export const MAX_QUEUED = 20;
/** Messages of one burst. */
export const MAX_BURST = 8;
/** Words beside a turn that are kept for the case that may come of it. */
export const MAX_MEANWHILE = 5;
/** People of one conversation that are kept by name; the latest ones. */
export const MAX_PEOPLE = 100;
/** Files of one turn that are read. */
export const MAX_READ_FILES = 3;
/** Files of one message that are known of, for people at the desk. */
export const MAX_ATTACHMENTS = 10;
/** Messages of a case that are known as its own; the latest ones. */
export const MAX_CASE_LINES = 300;
/** Longest text of one turn that is looked at. */
export const MAX_TEXT_CHARACTERS = 4000;

/** A message or a pressed option on its way in. */
export interface Incoming {
  readonly id: MessageId;
  readonly text: string;
  readonly chosenOptionId: string | null;
  readonly hasAttachments: boolean;
  /** Absent in snapshots from before files were read. */
  readonly attachments?: readonly Attachment[];
  /** How many more files came with it than are read; absent for none. */
  readonly filesLeft?: number;
  readonly address: ReplyAddress;
  readonly principal: Principal;
  readonly audience: Audience;
  readonly gatherMs: number | null;
  readonly at: number;
  /** The message of which this is a later version, by the id of its first one; absent for a new message. */
  readonly revisionOf?: MessageId;
  /** Absent in snapshots from before it was known. */
  readonly manner?: Manner;
  readonly canAnswerPrivately?: boolean;
  /** Others belong to this conversation too; absent where the platform does not say. */
  readonly isSharedTalk?: boolean;
  /** Words of a customer that do not name the bot, on their way to his case: they get a mark, not a reply. */
  readonly isUnaddressed?: true;
}

/** The turn that is being handled. Everything about who asks and who reads lives here. */
export interface ActiveTurn {
  readonly incoming: Incoming;
  /** Messages of the burst, oldest first. */
  readonly texts: readonly string[];
  /** The same as they came, when they are several: `incoming` is all of them together. */
  readonly burst?: readonly Incoming[];
  readonly language: Language;
  readonly act: Act | null;
  readonly question: string | null;
  readonly reading: Reading | null;
  /** Clarifying questions asked so far about this question. */
  readonly round: number;
  readonly passages: readonly Passage[];
  readonly assessment: Assessment | null;
  /** What the readers may see, as of `RetrievalResult`; absent where that is not known, or more than documents was found. */
  readonly view?: string | undefined;
  /** Files of the message that could not be read. */
  readonly unread?: readonly UnreadFile[];
  /** What the search had to do without. */
  readonly degraded?: readonly Degradation[];
  /** The question in the language of the documents, when that is how they were found. */
  readonly translation?: string | undefined;
  /** Asked where others read along; what was found is for the asker alone. */
  readonly isMadePrivate?: boolean;
  /** Its author has taken back all that he asked: nothing of it is remembered. */
  readonly isTakenBack?: boolean;
  readonly isWebTried: boolean;
  readonly isRetried: boolean;
  readonly draft: AnswerDraft | null;
  readonly generation: number;
  readonly verified: Verified | null;
  /** What a flow of the team made of it; absent where none was asked. */
  readonly flowTurn?: FlowTurn;
  readonly escalation: HandoffReason | null;
  /** What its author has said meanwhile, not to the bot: it belongs to the case, should one be opened. */
  readonly meanwhile?: readonly Incoming[];
  /** Begun by a person who gave the case back: it is not handed over again. */
  readonly isReturned?: boolean;
  readonly timings: StageTimings;
  readonly reply: Reply | null;
}

/** A handover as the dialogue knows it. */
export interface CaseLink {
  readonly id: CaseId;
  readonly address: ReplyAddress;
  readonly customer: string;
  readonly language: Language;
  /** What brought it about; absent in snapshots from before it was kept. */
  readonly asker?: Incoming;
  /** Names of the messages that went to it, oldest first; absent in snapshots from before they were kept. */
  readonly lines?: readonly string[];
  /** How often it was asked for again. */
  readonly reopened?: number;
  /** When an agent ended it; absent while it is open, and when the customer withdrew it. */
  readonly resolvedAt?: number;
  /** When its customer was asked how it was; absent when he was not, has said why, or has gone on to something else. */
  readonly ratingAskedAt?: number;
  /** Cases that waited before it when it was opened; null when nobody knows. */
  readonly ahead?: number | null;
  /** People at the desk when it was opened; null when nobody knows. */
  readonly online?: number | null;
  /** It was opened outside office hours. */
  readonly closed?: ClosedUntil;
}

/** Lines that have fallen out of the window and are not in the summary yet, oldest first. */
export interface Surplus {
  /** How many lines fell out before the first of these; tells which ones a summary was made of. */
  readonly from: number;
  readonly lines: readonly Turn[];
}

/** What was said last, and to whom. */
export interface LastReply {
  readonly reply: Reply;
  readonly author: string;
  /** Who may read it; absent in snapshots from before it was kept. */
  readonly madeFor?: Audience;
}

/** What a dialogue remembers. JSON only; every list is capped. */
export interface DialogueContext {
  readonly id: string;
  readonly language: Language;
  readonly turns: readonly Turn[];
  /** Who has written here (`slack:U1`), for whoever wants to know or erase what is kept of him; absent for nobody yet. */
  readonly people?: readonly string[];
  readonly summary: string;
  /** Absent until a line has fallen out of the window, and in snapshots from before it was kept. */
  readonly surplus?: Surplus;
  /** Names of lines that the summary tells of, for when one of them is taken back; absent for none known. */
  readonly summarised?: readonly string[];
  readonly active: ActiveTurn | null;
  readonly queue: readonly Incoming[];
  readonly clarification: Clarification | null;
  /** Flows of the team that are under way, at most one for each person; absent for none. */
  readonly flows?: readonly RunningFlow[];
  readonly focus: Focus | null;
  /** Sources of the last answer or attempt. */
  readonly tried: readonly Citation[];
  readonly lastReply: LastReply | null;
  readonly lastConfidence: number | null;
  readonly hasOfferedPerson: boolean;
  /** Unanswered questions in a row. */
  readonly misses: number;
  readonly openCase: CaseLink | null;
  readonly closedCase: CaseLink | null;
  readonly casesOpened: number;
  readonly clarificationsAsked: number;
  /** The stored state was lost: the next message goes to a person. */
  readonly isUnreadable: boolean;
}

/** A dialogue in which nothing was said yet. */
export function emptyDialogue(id: string): DialogueContext {
  return {
    id,
    language: "en",
    turns: [],
    summary: "",
    active: null,
    queue: [],
    clarification: null,
    focus: null,
    tried: [],
    lastReply: null,
    lastConfidence: null,
    hasOfferedPerson: false,
    misses: 0,
    openCase: null,
    closedCase: null,
    casesOpened: 0,
    clarificationsAsked: 0,
    isUnreadable: false,
  };
}
