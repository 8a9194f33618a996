import type { ConversationId, Principal } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";
import type { Feedback } from "../../src/ports/feedback.ts";
import type { Inbox } from "../../src/ports/inbox.ts";
import type { KnowledgeBase } from "../../src/ports/knowledge-base.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import type { TypingMirror } from "../../src/ports/typing-mirror.ts";
import type { Background } from "../shared/background.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { Participation } from "../shared/participation.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordAudiences } from "./audiences.ts";
import type { Chains } from "./chains.ts";
import type { DiscordApi } from "./client.ts";
import type { DiscordIdentity } from "./decode.ts";
import type { Detour } from "./detour.ts";
import type { EphemeralMessages } from "./ephemeral.ts";
import type { Guilds } from "./guilds.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import type { Overdue } from "./overdue.ts";
import type { DiscordPeople } from "./people.ts";
import type { Places } from "./places.ts";
import type { PostOnce } from "./post-once.ts";
import type { PrivateDrafts } from "./private-drafts.ts";
import type { Readers } from "./readers.ts";
import type { Receipts } from "./receipts.ts";
import type { DiscordSettings } from "./settings.ts";
import type { SharedRates } from "./shared-rates.ts";
import type { Typing } from "./typing.ts";
import type { WaitingLine } from "./waiting-line.ts";
import type { Watermarks } from "./watermarks.ts";

/** What the application lends to the adapter. */
export interface DiscordHost {
  readonly inbox: Inbox;
  /** For `/search` and for the check before an answer is shared; null turns both off. */
  readonly retriever: Retriever | null;
  /** For `/kb add` and `/kb list`; null turns them off. */
  readonly knowledge: Pick<KnowledgeBase, "ingest" | "sources" | "standings"> | null;
  /** Where marked messages go; null where they cannot become documents. */
  readonly shelf: DocumentShelf | null;
  /** Titles of documents that this person may read and that hold these words, for autocomplete; null for none. */
  readonly titles:
    | ((
        words: string,
        principal: Principal,
        call: { readonly signal: AbortSignal },
      ) => Promise<readonly string[]>)
    | null;
  /** Told of everybody who types; null: nobody wants to know, and Discord is not asked to tell. */
  readonly typing: TypingMirror | null;
  /** Whether a conversation exists: in its thread the bot takes part. */
  readonly isKnown: (id: ConversationId) => Promise<boolean>;
  /** Where agents hand in what they do; null without a desk in Discord. */
  readonly office: DeskOffice | null;
  /** Keeps a thumb; resolves when it is durable. */
  readonly onFeedback: (feedback: Feedback) => Promise<void>;
}

/** Everything that the parts of the adapter share. */
export interface AdapterParts {
  readonly host: DiscordHost;
  readonly settings: DiscordSettings;
  readonly identity: () => Promise<DiscordIdentity>;
  readonly api: DiscordApi;
  readonly rates: SharedRates;
  readonly places: Places;
  readonly guilds: Guilds;
  readonly people: DiscordPeople;
  readonly audiences: DiscordAudiences;
  readonly readers: Readers;
  readonly chains: Chains;
  readonly once: PostOnce;
  readonly rules: ChannelRules;
  readonly participation: Participation;
  readonly memory: Remembered;
  readonly budget: SharedBudget;
  readonly receipts: Receipts;
  readonly answers: KeptAnswers;
  readonly watermarks: Watermarks;
  readonly typing: Typing;
  readonly line: WaitingLine;
  readonly privateDrafts: PrivateDrafts;
  readonly ephemeral: EphemeralMessages;
  readonly detour: Detour;
  readonly overdue: Overdue;
  readonly background: Background;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts when the adapter closes. */
  readonly signal: AbortSignal;
}
