import type {
  Attachment,
  Audience,
  CaseId,
  Citation,
  Degradation,
  ErrorCode,
  HandoffReason,
  Language,
  Passage,
  Platform,
  Principal,
  StageTimings,
  Tone,
  Turn,
} from "../../src/core/index.ts";

/** Small talk by what it is about; each has its own sentence. */
export type SmallTalk =
  | "greeting"
  | "how-are-you"
  | "thanks"
  | "goodbye"
  | "praise"
  | "bot"
  | "capabilities"
  | "help"
  | "acknowledged"
  | "more"
  | "certain"
  | "declined-offer"
  | "empty"
  | "attachment"
  | "unclear";

/** What a question points to although nothing of the kind was said before. */
export interface Dangling {
  /** As they stand in the question: "that one", "this library", 这个. */
  readonly words: string;
  /** A thing is named that nobody has spoken of; a mere "it" may also mean what the documents are about. */
  readonly isThing: boolean;
}

/** What a person wants with a message. */
export type Act =
  | {
      readonly type: "question";
      /** Standing on its own. */
      readonly question: string;
      readonly isRewritten: boolean;
      /** Absent when the question says what it is about. */
      readonly dangling?: Dangling;
    }
  | { readonly type: "option"; readonly optionId: string }
  /** Several or all of the offered readings at once. */
  | { readonly type: "every-option" }
  | { readonly type: "none-of-these" }
  | { readonly type: "stale-option" }
  | { readonly type: "person"; readonly reason: HandoffReason }
  | { readonly type: "smalltalk"; readonly topic: SmallTalk }
  | { readonly type: "cancel" }
  | { readonly type: "repeat" }
  /** What was said so far, to take along. */
  | { readonly type: "transcript" }
  | { readonly type: "reset" }
  | { readonly type: "dissatisfied" }
  /** Something for a flow of the team: its beginning, or an answer to what it asked. */
  | { readonly type: "flow"; readonly name: string; readonly text: string };

/** One reading of an ambiguous question, offered as an option. */
export interface Reading {
  readonly id: string;
  readonly label: string;
  readonly documentId: string;
  /** Heading path that the passages of this reading share; empty for a whole document. */
  readonly section: string;
}

/** What the dialogue remembers of the last question, for follow-ups. */
export interface Focus {
  readonly question: string;
  readonly answer: string;
  readonly titles: readonly string[];
}

/** A question of the bot that waits for a choice. */
export interface Clarification {
  readonly author: string;
  readonly question: string;
  readonly readings: readonly Reading[];
  readonly round: number;
  /** What of the question the person was asked to name: "it", "this library"; absent when options were offered. */
  readonly pointsTo?: string;
}

/** A flow of the team that is under way, for the person who began it. */
export interface RunningFlow {
  readonly name: string;
  /** How far it is: its own affair. */
  readonly state: unknown;
  /** In which it began, and goes on. */
  readonly language: Language;
  readonly author: string;
  /** Grows with every reply of it: buttons of earlier ones are closed. */
  readonly turn: number;
}

export interface FlowInput {
  readonly name: string;
  /** Null begins it. */
  readonly state: unknown;
  readonly text: string;
  readonly language: Language;
}

export interface UnderstandInput {
  /** The flow that this person has begun; absent and null when none. */
  readonly flow?: RunningFlow | null;
  /** Messages of the turn, oldest first. */
  readonly texts: readonly string[];
  readonly hasAttachments: boolean;
  /** The pressed option, when a button was pressed. */
  readonly chosenOptionId: string | null;
  /** Language of the conversation so far. */
  readonly language: Language;
  readonly focus: Focus | null;
  readonly turns: readonly Turn[];
  /** The question that this person was asked back, if any. */
  readonly clarification: Clarification | null;
  /** Whether the bot's last words offered a person. */
  readonly hasOfferedPerson: boolean;
  readonly conversationKey: string;
  readonly userKey: string;
}

export interface Understanding {
  readonly language: Language;
  readonly act: Act;
}

export interface RetrieveInput {
  readonly question: string;
  /** The last answer of the conversation, or the last question where there was none; absent and empty at the beginning. */
  readonly said?: string;
  readonly language: Language;
  readonly principal: Principal;
  readonly audience: Audience;
  /** Only this collection; null for all that are configured. */
  readonly collection: string | null;
  /** Files that came with the question. */
  readonly attachments: readonly Attachment[];
  readonly platform: Platform;
  /** What not everybody who reads along may see can be shown to the asker alone. */
  readonly mayAnswerPrivately: boolean;
  readonly conversationKey?: string;
  /** Restricts to one reading of the question. */
  readonly reading: Reading | null;
  /** Prefix of the ids of options that come out of this. */
  readonly optionPrefix: string;
}

/** What retrieval says about the question. */
export interface Assessment {
  /** Calibrated probability that the passages answer. */
  readonly answerable: number;
  /** Probability that the question has several readings with different answers. */
  readonly ambiguous: number;
  /** The competing readings, best first; fewer than two when there are none. */
  readonly readings: readonly Reading[];
  /** Informative words of the question that no passage has, as the person wrote them. */
  readonly missing: readonly string[];
}

/** A file that came with a message and could not be read. */
export interface UnreadFile {
  readonly name: string;
  readonly code: ErrorCode;
}

export interface Retrieved {
  /** Best first. */
  readonly passages: readonly Passage[];
  readonly assessment: Assessment;
  readonly timings: StageTimings;
  /** Files of the message that could not be read. */
  readonly unread?: readonly UnreadFile[];
  /** As of `RetrievalResult`; absent where something else than documents of the knowledge base was found. */
  readonly view?: string | undefined;
  /** It rests on documents that only the asker may see there. */
  readonly isPrivate?: boolean;
  /** The question in the language of the documents, when that is how they were found. */
  readonly translation?: string;
  /** What the search had to do without; absent when nothing was lacking. */
  readonly degraded?: readonly Degradation[];
}

export interface SearchWebInput {
  readonly question: string;
  readonly language: Language;
}

export interface AnswerInput {
  readonly question: string;
  readonly language: Language;
  readonly passages: readonly Passage[];
  readonly missing: readonly string[];
  /** The question in the language of the passages, when it is another one. */
  readonly translation?: string | undefined;
  /** The newest lines that the answer may refer to; they begin at the same line for several turns in a row. */
  readonly turns: readonly Turn[];
  /** Questions of this conversation before, as far as they are kept. */
  readonly earlierTurns: number;
  /** Set when an earlier draft was in the wrong language. */
  readonly isRegeneration: boolean;
  /** How it is to sound; null for the usual. */
  readonly tone: Tone | null;
  /** At most so many tokens of reasoning; null for the usual. */
  readonly thoughtTokens: number | null;
  /** The collection that answers in this place rest on; null for all. */
  readonly collection: string | null;
  /** Probability that the passages answer; null when nobody has judged. */
  readonly confidence: number | null;
  /** Names what the readers may see and the reading that was chosen; null when an answer must not be kept for others. */
  readonly view: string | null;
  readonly conversationKey: string;
  readonly userKey: string;
}

/**
 * How the words of an answer came about: written by the model; quoted because there is none (`extractive`), because it could
 * not be asked (`away`), or because what it wrote could not be used (`rejected`).
 */
export type AnswerKind = "model" | "extractive" | "away" | "rejected";

/** An answer before it is checked. */
export interface AnswerDraft {
  readonly kind: Exclude<AnswerKind, "rejected">;
  /** With [n] for passage n of the input. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** The model said that the passages do not answer. */
  readonly isRefusal: boolean;
}

export interface VerifyInput {
  readonly question: string;
  /** The question in the language of the passages, when it is another one. */
  readonly translation?: string | undefined;
  readonly language: Language;
  readonly passages: readonly Passage[];
  readonly draft: AnswerDraft;
  readonly isRegeneration: boolean;
}

/** An answer that may be shown; `regenerate` asks for another try in the right language. */
export interface Verified {
  readonly verdict: "answer" | "regenerate" | "nothing";
  readonly kind: AnswerKind;
  readonly text: string;
  readonly citations: readonly Citation[];
}

export interface CondenseInput {
  /** The rolling summary so far. */
  readonly summary: string;
  /** Lines to be put into it, oldest first. */
  readonly lines: readonly Turn[];
  /** Number of the line after the last of these, counted from the beginning of the conversation. */
  readonly through: number;
  readonly language: Language;
  readonly conversationKey: string;
  readonly userKey: string;
}

/** A rolling summary that holds all lines before `through`. */
export interface Condensed {
  readonly summary: string;
  readonly through: number;
}

export interface SummarizeInput {
  /** Whether the documents were searched at all. */
  readonly isSearched: boolean;
  readonly turns: readonly Turn[];
  readonly summary: string;
  readonly question: string | null;
  readonly language: Language;
  readonly passages: readonly Passage[];
  /** The case that is to come of it; absent in tasks that were written down before it was told. */
  readonly asked?: {
    readonly reason: HandoffReason;
    /** What the customer has said in this turn. */
    readonly said: string;
    /** His case that ended last, which may go on instead. */
    readonly before: { readonly id: CaseId; readonly resolvedAt: number } | null;
    readonly at: number;
  };
}

export interface Summary {
  readonly summary: string;
  readonly suggestedAnswer: string | null;
  /** Cases that wait before this one; null or absent when nobody knows. */
  readonly ahead?: number | null;
  /** People at the desk; null or absent when nobody knows. */
  readonly online?: number | null;
}
