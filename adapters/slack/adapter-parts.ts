import type { ConversationId } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DeskOffice, DeskView } from "../../src/ports/desk.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";
import type { Feedback } from "../../src/ports/feedback.ts";
import type { Inbox } from "../../src/ports/inbox.ts";
import type { KnowledgeBase } from "../../src/ports/knowledge-base.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import type { Background } from "../shared/background.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { Errands } from "../shared/errands.ts";
import type { GivenAnswers } from "../shared/given-answers.ts";
import type { Participation } from "../shared/participation.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { AdminNotes } from "./admin-notes.ts";
import type { Askers } from "./askers.ts";
import type { SlackAudiences } from "./audiences.ts";
import type { Chosen } from "./chosen.ts";
import type { SlackApi } from "./client.ts";
import type { SlackIdentity } from "./decode.ts";
import type { Edits } from "./edits.ts";
import type { Pacing } from "./pacing.ts";
import type { SlackPeople } from "./people.ts";
import type { PersonTyping } from "./person-typing.ts";
import type { PrivatePosts } from "./private-posts.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { SlackSettings } from "./settings.ts";
import type { StandIns } from "./stand-ins.ts";
import type { StatusLine } from "./status-line.ts";
import type { SlackUploads } from "./uploads.ts";
import type { Watermarks } from "./watermarks.ts";

/** What an acknowledgement carries; undefined for nothing. */
export type AckBody = Readonly<Record<string, unknown>> | undefined;

/** What the application lends to the adapter. */
export interface SlackHost {
  readonly inbox: Inbox;
  /** For `/kb search` and for the check before an answer is shared; null turns both off. */
  readonly retriever: Retriever | null;
  /** For `/kb add` and `/kb list`; null turns them off. */
  readonly knowledge: Pick<KnowledgeBase, "ingest" | "sources" | "standings"> | null;
  /** Where marked messages go; null where they cannot become documents. */
  readonly shelf: DocumentShelf | null;
  /** For the open cases on the home tab; null leaves them out. */
  readonly desk: Pick<DeskView, "list"> | null;
  /** Where agents hand in what they do; null where there is no desk in this workspace. */
  readonly office: DeskOffice | null;
  /** Whether a conversation exists: in its thread the bot takes part. */
  readonly isKnown: (id: ConversationId) => Promise<boolean>;
  /** Keeps a thumb; resolves when it is durable. */
  readonly onFeedback: (feedback: Feedback) => Promise<void>;
}

/** Everything that the parts of the adapter share. */
export interface AdapterParts {
  readonly host: SlackHost;
  readonly settings: SlackSettings;
  readonly identity: () => Promise<SlackIdentity>;
  readonly api: SlackApi;
  readonly pacing: Pacing;
  readonly edits: Edits;
  readonly people: SlackPeople;
  readonly audiences: SlackAudiences;
  readonly rules: ChannelRules;
  readonly participation: Participation;
  readonly notes: AdminNotes;
  readonly memory: Remembered;
  readonly typing: PersonTyping;
  readonly uploads: SlackUploads;
  readonly watermarks: Watermarks;
  readonly budget: SharedBudget;
  readonly status: StatusLine;
  readonly urls: ResponseUrls;
  readonly askers: Askers;
  readonly chosen: Chosen;
  readonly given: GivenAnswers;
  readonly background: Background;
  readonly errands: Errands;
  readonly posts: PrivatePosts;
  readonly standIns: StandIns;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts when the adapter closes. */
  readonly signal: AbortSignal;
}
