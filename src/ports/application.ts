import type {
  CaseId,
  CasePriority,
  CaseRecord,
  CaseResolution,
  ConversationId,
  Degradation,
  InstanceAddress,
  Language,
  RankedPassage,
  SharedFile,
  StageTimings,
  Visibility,
} from "../core/index.ts";
import type { ModelStatus } from "./chat-model.ts";
import type { InstanceSummary } from "./conversation-directory.ts";
import type { JudgedDocument, Standing } from "./document-standings.ts";
import type { Feedback } from "./feedback.ts";
import type { HandoverSample } from "./handover-log.ts";
import type { JobRecord, JobState } from "./jobs.ts";
import type {
  IngestEvent,
  KnowledgeStatus,
  SourceSettings,
  SourceSummary,
} from "./knowledge-base.ts";
import type { ConversationEvent, LoggedMessage } from "./message-log.ts";
import type { SwapAct, SwapStatus } from "./model-swap.ts";
import type { Person, PersonalRecords } from "./people.ts";
import type { RetrievalDegradation } from "./retriever.ts";
import type { ReviewedTurn } from "./review-log.ts";
import type { Talk } from "./talk-log.ts";
import type { TopicOverview } from "./topics.ts";

/** A person at a terminal, as named by whoever operates it. */
export interface Speaker {
  readonly platform: "console";
  readonly userId: string;
  readonly displayName: string | null;
  /** Groups to ask as a member of, besides those of the configuration. */
  readonly groups: readonly string[];
}

/** Lines said before, for a conversation that begins in the middle (batch evaluation). */
export interface HistoryLine {
  readonly role: "user" | "bot";
  readonly text: string;
}

export interface SendRequest {
  readonly conversationId: ConversationId;
  readonly speaker: Speaker;
  readonly text: string;
  /** Only looked at when the conversation is new. */
  readonly history: readonly HistoryLine[];
  /** Wait this long for further messages of the burst; null for the configured time. */
  readonly gatherMs: number | null;
}

interface SearchRequest {
  readonly query: string;
  readonly speaker: Speaker;
  readonly collection: string | null;
  readonly top: number;
  /** Default: none. */
  readonly filters?: SearchFilters;
}

/** What search results must be about as well. */
export interface SearchFilters {
  /** Label of a topic, or its number in the list; null for any. */
  readonly topic: string | null;
  /** A name that stands in them; null for any. */
  readonly entity: string | null;
}

export interface SearchResponse {
  readonly passages: readonly RankedPassage[];
  readonly degraded: readonly RetrievalDegradation[];
  readonly timings: StageTimings;
}

/** What an agent at the desk can do with a case. */
export type DeskAct =
  | { readonly type: "claim" }
  | { readonly type: "release" }
  /** Goes to the customer. */
  | { readonly type: "reply"; readonly text: string; readonly files?: readonly SharedFile[] }
  /** Stays at the desk. */
  | { readonly type: "note"; readonly text: string; readonly files?: readonly SharedFile[] }
  /** What was written at the origin of this act before is now this. */
  | { readonly type: "revise"; readonly of: "reply" | "note"; readonly text: string }
  /** What was written at the origin of this act before is taken back. */
  | { readonly type: "withdraw"; readonly of: "reply" | "note" }
  | { readonly type: "resolve"; readonly resolution?: CaseResolution }
  /** Makes somebody else responsible. */
  | { readonly type: "assign"; readonly to: string; readonly toBy?: string }
  | { readonly type: "transfer"; readonly team: string }
  | { readonly type: "priority"; readonly priority: CasePriority }
  /** A ready answer of the configuration goes to the customer. */
  | { readonly type: "canned"; readonly name: string }
  /** The bot writes a suggestion, as a note. */
  | { readonly type: "draft" }
  /** The bot goes on, at once with what the hint says. */
  | { readonly type: "return"; readonly hint: string | null }
  | { readonly type: "reopen" }
  /** The customer gets no more answers. */
  | { readonly type: "block" }
  /** What was answered becomes a document, as an editor wants it; null and absent take what the case has. */
  | {
      readonly type: "learn";
      readonly visibility: string | null;
      readonly question?: string;
      readonly answer?: string;
    }
  /** The agent is at the desk, and gets cases where they are assigned. */
  | { readonly type: "online" }
  /** The agent leaves the desk; the cases he has go back to the queue. */
  | { readonly type: "away" };

/** How one part of the application is. */
export interface ComponentHealth {
  readonly name: string;
  readonly state: "ok" | "degraded" | "down" | "starting";
  /** For the operator: what it means and what to do; empty when ok. */
  readonly detail: string;
}

export interface ApplicationStatus {
  /** Process id of the owner of the data directory. */
  readonly pid: number;
  readonly version: string;
  readonly startedAt: number;
  readonly components: readonly ComponentHealth[];
  readonly knowledge: KnowledgeStatus;
  /** The chat model that is configured; null when answers are quoted because there is none. */
  readonly chatModel: ModelStatus | null;
  readonly httpUrl: string | null;
}

/** An outgoing message or effect that will not go out by itself any more. */
export interface DeadLetter {
  readonly instance: InstanceAddress;
  readonly key: string;
  readonly type: string;
  readonly reason: string;
  readonly at: number;
}

/** What can be asked to be done in the background. */
type BackgroundTask =
  | {
      readonly type: "ingest";
      readonly sources: readonly string[];
      readonly collection: string;
      readonly visibility: Visibility;
      readonly settings?: Partial<SourceSettings>;
    }
  | { readonly type: "rebuild" }
  /** Writes conversations to a file. */
  | {
      readonly type: "export";
      /** Null for all. */
      readonly conversation: ConversationId | null;
      /** The newest so many. */
      readonly limit: number;
      /** An absolute path on the machine that does it; null for a file in its data directory. */
      readonly file: string | null;
    };

/** Options of every call. */
export interface Call {
  readonly signal: AbortSignal;
}

/**
 * Everything that a command or a route can ask of Frontdesk. One implementation runs in the process that owns the data
 * directory; the other speaks to that process over its socket.
 */
export interface Application {
  /** `attached` when another process does the work. */
  readonly mode: "owner" | "attached";

  /** Durably takes a message in; the reply arrives through {@link watch}. */
  send(request: SendRequest, call: Call): Promise<LoggedMessage>;
  /** Ends the running answer of a conversation; false when nothing was running. */
  stop(id: ConversationId, call: Call): Promise<void>;
  /** Forgets what was said and starts the conversation anew; only `isWhole` transcripts still show what was before. */
  reset(id: ConversationId, call: Call): Promise<void>;
  /** Calls back for everything that happens in a conversation from now on, until the signal aborts. */
  watch(
    id: ConversationId,
    listener: (event: ConversationEvent) => void,
    call: Call,
  ): Promise<void>;
  /** The newest `limit` messages after `afterSeq`, and before `beforeSeq` where that is given; oldest first. */
  transcript(
    query: {
      readonly conversationId: ConversationId;
      readonly afterSeq: number;
      readonly beforeSeq?: number;
      readonly limit: number;
      /** Also what was said before the last {@link reset}: for operators. */
      readonly isWhole: boolean;
    },
    call: Call,
  ): Promise<readonly LoggedMessage[]>;

  /** @throws FrontdeskError `usage` for a topic that there is not */
  search(request: SearchRequest, call: Call): Promise<SearchResponse>;
  /**
   * What the documents of this speaker are about.
   * @throws FrontdeskError `unsupported` where the knowledge base cannot tell
   */
  topics(
    query: { readonly speaker: Speaker; readonly collection: string | null },
    call: Call,
  ): Promise<TopicOverview>;
  ingest(
    request: {
      readonly sources: readonly string[];
      readonly collection: string;
      readonly visibility: Visibility;
      readonly settings?: Partial<SourceSettings>;
    },
    call: Call,
  ): AsyncIterable<IngestEvent>;
  /** What this speaker may know of; null for whoever owns the data directory: everything. */
  sources(
    query: { readonly speaker: Speaker | null },
    call: Call,
  ): Promise<readonly SourceSummary[]>;
  removeSource(
    target: { readonly root: string } | { readonly collection: string },
    call: Call,
  ): Promise<number>;

  /**
   * Says how a document counts.
   * @throws FrontdeskError `source_not_found`; `usage` when several are meant; `unsupported`
   */
  judgeDocument(
    request: { readonly document: string; readonly standing: Standing; readonly by: string },
    call: Call,
  ): Promise<JudgedDocument>;
  /** What is boosted or hidden, newest first. */
  judgedDocuments(call: Call): Promise<readonly JudgedDocument[]>;

  cases(query: { readonly includeResolved: boolean }, call: Call): Promise<readonly CaseRecord[]>;
  /** @throws FrontdeskError `case_not_found`, `case_taken` */
  actOnCase(id: CaseId, agent: string, act: DeskAct, call: Call): Promise<CaseRecord>;
  /** Calls back with the id of every case that changed, until the signal aborts. */
  watchDesk(listener: (id: CaseId) => void, call: Call): Promise<void>;

  conversations(query: { readonly limit: number }, call: Call): Promise<readonly InstanceSummary[]>;
  /** Which conversations there were on these days, also those that are forgotten. */
  talks(query: { readonly days: readonly string[] }, call: Call): Promise<readonly Talk[]>;
  /** The stored state of one conversation as JSON text; null when there is none. */
  readConversation(id: ConversationId, call: Call): Promise<string | null>;
  /** Removes a conversation's state and transcript, and its cases at our own desk; false when there was none. */
  deleteConversation(id: ConversationId, call: Call): Promise<boolean>;
  /** What is kept about somebody. */
  person(who: Person, call: Call): Promise<PersonalRecords>;
  /** Erases it, with the whole of every conversation in which he takes part; returns what there was. */
  erasePerson(who: Person, call: Call): Promise<PersonalRecords>;

  deadLetters(call: Call): Promise<readonly DeadLetter[]>;
  resolveDeadLetter(
    letter: { readonly instance: InstanceAddress; readonly key: string },
    act: "retry" | "drop",
    call: Call,
  ): Promise<boolean>;

  /** What people thought of answers, newest first. */
  feedback(
    query: { readonly value: Feedback["value"] | null; readonly limit: number },
    call: Call,
  ): Promise<readonly Feedback[]>;
  /** Questions with what became of them, newest first. */
  reviewed(query: { readonly limit: number }, call: Call): Promise<readonly ReviewedTurn[]>;
  /** Handovers that have ended, newest first. */
  handovers(query: { readonly limit: number }, call: Call): Promise<readonly HandoverSample[]>;
  /** Work in the background, the newest first. */
  jobs(
    query: { readonly states: readonly JobState[]; readonly limit: number },
    call: Call,
  ): Promise<readonly JobRecord[]>;
  readJob(id: string, call: Call): Promise<JobRecord | null>;
  /** As of `JobQueue`: `retry` a failed one, `drop` any. False when there is none. */
  resolveJob(id: string, act: "retry" | "drop", call: Call): Promise<boolean>;
  /** Has something done in the background; resolves when it is sure to be. */
  startJob(task: BackgroundTask, call: Call): Promise<JobRecord>;

  /**
   * Replaces the chat model without a break; null only asks how far that is.
   * @throws FrontdeskError as of `ModelSwap.act`, `unsupported` without a chat model on this machine
   */
  swapModel(act: SwapAct | null, call: Call): Promise<SwapStatus>;

  status(call: Call): Promise<ApplicationStatus>;
  close(): Promise<void>;
}

/** The one JSON object that `ask` prints for a turn. */
export interface AskResult {
  readonly decision: string;
  readonly text: string;
  readonly confidence: number | null;
  readonly question: string | null;
  readonly citations: readonly {
    readonly n: number;
    readonly title: string;
    readonly section: string;
    readonly source: string;
    readonly quote: string;
  }[];
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly case: CaseId | null;
  /** What the search had to do without; left out when nothing was lacking. */
  readonly degraded?: readonly Degradation[];
  /** The question in the language of the documents; left out when nothing was translated. */
  readonly translation?: string;
  readonly conversationId: ConversationId;
  readonly language: Language;
  readonly timings: StageTimings;
}
