import type { CasePriority, CaseRating, FileTrouble } from "../../src/core/index.ts";

/**
 * Every sentence that the bot says. One implementation for each language, all with the same keys. Short, warm, clear; no
 * jargon; Standard Markdown.
 */
export interface Texts {
  // small talk
  readonly greeting: (botName: string) => string;
  readonly greetingAgain: string;
  readonly howAreYou: string;
  readonly thanks: string;
  readonly goodbye: string;
  readonly praise: string;
  readonly amBot: (botName: string) => string;
  readonly capabilities: (botName: string) => string;
  readonly help: (botName: string) => string;
  readonly acknowledged: string;
  /** "Tell me more" after an answer. */
  readonly noMore: string;
  /** "Are you sure?" after an answer. */
  readonly howCertain: string;
  readonly declinedOffer: string;
  readonly nothingToRepeat: string;
  /** Stands in for a reply that only its asker saw. */
  readonly answeredPrivately: string;
  readonly repeated: string;
  /** Above everything that was said; times are of this zone. */
  readonly transcript: (zone: string) => string;
  readonly transcriptShortened: (zone: string) => string;
  readonly transcriptEmpty: string;
  /** Stands in for a transcript in later ones. */
  readonly transcriptGiven: string;
  readonly yes: string;
  readonly no: string;
  readonly cancelled: string;
  readonly nothingToCancel: string;
  readonly emptyMessage: string;
  readonly attachmentOnly: string;
  readonly fileTooLarge: (name: string) => string;
  readonly fileEncrypted: (name: string) => string;
  readonly fileUnreadable: (name: string) => string;
  readonly filesLeft: (most: number, left: number) => string;
  readonly unclear: string;
  readonly dissatisfied: string;

  // running turns
  readonly stopped: string;
  readonly started: string;
  readonly tooBusy: string;
  /** Told once to who asks more than is allowed. */
  readonly tooFast: (seconds: number) => string;
  readonly staleOption: string;

  // clarification
  readonly clarify: (question: string) => string;
  readonly clarifyMore: string;
  readonly noneOfThese: string;
  /** Asks for the name of what a question points to ("it", "this library") though nobody has named it. */
  readonly askWhat: (words: string) => string;
  readonly inYourWords: string;
  readonly bestReading: (label: string) => string;

  // answers
  readonly quoted: string;
  readonly quotedOtherLanguage: string;
  readonly unsure: string;
  readonly fromWeb: string;
  readonly missing: (terms: string) => string;
  /** Another document says nearly the same with another number. */
  readonly otherFigure: (quote: string, n: number) => string;
  /** @param days numbers of sources, each with its day */
  readonly lastChanged: (days: string) => string;

  // declines
  readonly notInDocuments: string;
  readonly notInDocumentsTopic: (topic: string) => string;
  readonly notOnWebEither: string;
  /** What the bot can do instead. */
  readonly canDo: string;
  readonly offerPerson: string;

  // people
  readonly escalated: Readonly<Record<EscalationText, string>>;
  readonly caseNumber: (id: string) => string;
  readonly addedToCase: (id: string) => string;
  readonly caseCancelled: string;
  readonly agentJoined: (agent: string) => string;
  readonly agentLeft: (agent: string) => string;
  /** Said when a case ends because its customer said nothing more. */
  readonly caseIdle: string;
  readonly agentReleased: (agent: string) => string;
  readonly agentReturned: (agent: string) => string;
  readonly caseReopened: (id: string) => string;
  /** Said where what was sent before cannot be changed in its place. */
  readonly corrected: (text: string) => string;
  /** Told with the number of cases before this one. */
  readonly queuePlace: (ahead: number) => string;
  /** Told with the number of cases before this one, where there are many. */
  readonly longQueue: (ahead: number) => string;
  /** Told outside office hours; `opens` says when that ends. */
  readonly outOfHours: (opens: string) => string;
  /** Told when nobody is at the desk in office hours. */
  readonly nobodyOnline: string;
  readonly rateNotYours: string;
  readonly rateHelp: string;
  /** From one star to five. */
  readonly ratingLabels: readonly string[];
  readonly rated: string;
  readonly ratedAskComment: string;

  // trouble
  readonly knowledgeDown: string;
  readonly internalError: string;

  // summaries for people at the desk
  readonly summaryAsked: (question: string) => string;
  readonly summaryTried: (titles: string) => string;
  readonly summaryNothingFound: string;
  readonly summaryNothingAsked: string;
  readonly summaryLastWords: (words: string) => string;
  readonly listSeparator: string;

  // lines at the desk
  readonly deskCancelled: string;
  readonly deskNeverSent: string;
  readonly deskHeldBy: (agent: string) => string;
  readonly deskAssigned: (agent: string) => string;
  /** Behind the name of whoever got it by himself. */
  readonly deskGiven: string;
  readonly deskTransferred: (team: string) => string;
  readonly deskPriority: (priority: CasePriority) => string;
  readonly deskReturned: string;
  readonly deskDraftFailed: string;
  /** `null`: nobody has it. */
  readonly deskReopened: (agent: string | null) => string;
  /** Behind his name. */
  readonly deskReopenedByAgent: string;
  readonly deskBlocked: string;
  readonly deskNotBlocked: string;
  readonly deskIsClosed: string;
  readonly deskStillWaiting: string;
  readonly deskWaitsForReply: (agent: string) => string;
  readonly deskTakenBack: (agent: string) => string;
  readonly deskEscalated: (team: string) => string;
  readonly deskOverdue: string;
  readonly deskNoAnswer: string;
  readonly deskRated: (rating: CaseRating | null) => string;
  // files between customer and desk
  readonly fileNotPassedOn: (name: string, why: FileTrouble) => string;
  readonly deskFileNotShown: (name: string, why: FileTrouble) => string;
  readonly deskFileNotPassedOn: (name: string, why: FileTrouble) => string;
}

/** Why a person is called, as told to the customer. */
type EscalationText =
  | "asked-for-person"
  | "repeated-failure"
  | "anger"
  | "sensitive-topic"
  | "clarification-failed"
  | "conversation-unreadable"
  | "internal-error";
