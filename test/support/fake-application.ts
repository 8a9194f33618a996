import {
  type CaseEntry,
  type CaseId,
  type CaseRecord,
  type ConversationId,
  FrontdeskError,
  type MessageId,
  messageId,
  type Progress,
  type RankedPassage,
  type Reply,
  type Visibility,
} from "../../src/core/index.ts";
import type {
  Application,
  ApplicationStatus,
  DeadLetter,
  DeskAct,
  SendRequest,
  Speaker,
} from "../../src/ports/application.ts";
import type { Feedback } from "../../src/ports/feedback.ts";
import type { HandoverSample } from "../../src/ports/handover-log.ts";
import type { JobRecord } from "../../src/ports/jobs.ts";
import { SOURCE_DEFAULTS, type SourceSummary } from "../../src/ports/knowledge-base.ts";
import type { ConversationEvent, LoggedMessage } from "../../src/ports/message-log.ts";
import type { SwapAct, SwapStatus } from "../../src/ports/model-swap.ts";
import type { ReviewedTurn } from "../../src/ports/review-log.ts";
import { aReply } from "./reply-builder.ts";

/** One message as the scripted dialogue sees it. */
export interface FakeTurn {
  readonly message: LoggedMessage;
  /** Aborted when the reader stops the answer. */
  readonly stopped: AbortSignal;
  progress(progress: Progress): void;
  reply(parts: Partial<Reply>, to?: MessageId): LoggedMessage;
  settle(outcome: "forwarded" | "ignored"): void;
}

export interface FakeApplicationOptions {
  readonly mode?: Application["mode"];
  /** What the dialogue does with a message; by default it repeats it. */
  readonly onMessage?: (turn: FakeTurn) => void | Promise<void>;
  readonly passages?: readonly RankedPassage[];
  readonly sources?: readonly SourceSummary[];
  /** A function is asked anew each time. */
  readonly status?: Partial<ApplicationStatus> | (() => Partial<ApplicationStatus>);
  readonly letters?: readonly DeadLetter[];
  readonly feedback?: readonly Feedback[];
  readonly reviewed?: readonly ReviewedTurn[];
  readonly handovers?: readonly HandoverSample[];
  readonly jobs?: readonly JobRecord[];
  /** What becomes of the chat model. */
  readonly swap?: (act: SwapAct | null) => SwapStatus;
}

/** An application in memory whose dialogue is a script, and what was asked of it. */
export interface FakeApplication extends Application {
  readonly sent: readonly SendRequest[];
  readonly stops: readonly ConversationId[];
  readonly resets: readonly ConversationId[];
  /** What was to be done with dead letters: `retry <key>`, `drop <key>`. */
  readonly letterActs: readonly string[];
  /** What was to be done with jobs: `retry <id>`, `drop <id>`, `start <type>`. */
  readonly jobActs: readonly string[];
  /** How many watches are open now. */
  watching(): number;
  /** A message that nobody asked for just now (an agent, a timer). */
  say(id: ConversationId, parts: Partial<Reply>): LoggedMessage;
  emit(id: ConversationId, event: ConversationEvent): void;
  openCase(record: CaseRecord): void;
  addEntry(id: CaseId, entry: CaseEntry): void;
}

const AT = 1_700_000_000_000;

const emptyStatus: ApplicationStatus = {
  pid: 1,
  version: "0.0.0",
  startedAt: AT,
  components: [],
  knowledge: {
    documents: 12,
    chunks: 90,
    vectors: { state: "ready", embedded: 90, model: "starter", reason: null },
  },
  chatModel: null,
  httpUrl: null,
};

const defaultSource: SourceSummary = {
  collection: "default",
  root: "/srv/docs",
  visibility: "public",
  documents: 12,
  chunks: 90,
  languages: ["en"],
  updatedAt: AT,
  settings: SOURCE_DEFAULTS,
};

/** Everybody at this terminal is a member of the organisation. */
function mayKnow({ groups, userId }: Speaker, visibility: Visibility): boolean {
  const [scope, name = ""] = visibility.split(":");
  return scope === "group" ? groups.includes(name) : scope !== "user" || name === userId;
}

function refuse(): never {
  throw new Error("not part of this fake");
}

class Conversations {
  readonly messages: LoggedMessage[] = [];
  readonly listeners = new Map<ConversationId, Set<(event: ConversationEvent) => void>>();

  readonly hidden = new Map<ConversationId, number>();

  hideEarlier(id: ConversationId): void {
    this.hidden.set(id, this.messages.length);
  }

  hiddenUntil(id: ConversationId): number {
    return this.hidden.get(id) ?? 0;
  }

  emit(id: ConversationId, event: ConversationEvent): void {
    for (const listener of [...(this.listeners.get(id) ?? [])]) listener(event);
  }

  add(message: Omit<LoggedMessage, "id" | "seq" | "at">): LoggedMessage {
    const seq = this.messages.length + 1;
    const logged = { ...message, id: messageId(`m${seq}`), seq, at: AT + seq };
    this.messages.push(logged);
    this.emit(message.conversationId, { type: "message", message: logged });
    return logged;
  }

  addReply(
    conversationId: ConversationId,
    parts: Partial<Reply>,
    replyTo: MessageId | null,
  ): LoggedMessage {
    const reply = aReply({ citations: [], marks: [], ...parts });
    const { speaker, text } = reply;
    return this.add({
      conversationId,
      author: speaker.kind,
      name: speaker.kind === "agent" ? speaker.displayName : "Frontdesk",
      reply,
      text,
      replyTo,
    });
  }

  watch(
    id: ConversationId,
    listener: (event: ConversationEvent) => void,
    signal: AbortSignal,
  ): void {
    const listeners = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, listeners);
    listeners.add(listener);
    signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
  }
}

class Cases {
  readonly records = new Map<CaseId, CaseRecord>();
  readonly listeners = new Set<(id: CaseId) => void>();

  change(record: CaseRecord): CaseRecord {
    this.records.set(record.id, record);
    for (const listener of [...this.listeners]) listener(record.id);
    return record;
  }

  get(id: CaseId): CaseRecord {
    const record = this.records.get(id);
    if (record === undefined) {
      throw new FrontdeskError("case_not_found", `There is no case ${id}.`);
    }
    return record;
  }

  act(id: CaseId, agent: string, act: DeskAct): CaseRecord {
    const record = this.get(id);
    const isMine = record.agent === null || record.agent === agent;
    if (act.type !== "note" && !isMine) {
      throw new FrontdeskError("case_taken", `Case ${id} is with ${record.agent ?? ""}.`);
    }
    switch (act.type) {
      case "claim":
        return this.change({ ...record, state: "claimed", agent });
      case "release":
        return this.change({ ...record, state: "waiting", agent: null });
      case "resolve":
      case "return":
      case "block":
        return this.change({ ...record, state: "resolved" });
      case "reopen":
        return this.change({ ...record, state: "claimed", agent });
      case "assign":
        return this.change({ ...record, state: "claimed", agent: act.to });
      case "transfer": {
        const facts = { ...record.facts, team: act.team };
        return this.change({ ...record, state: "waiting", agent: null, facts });
      }
      case "online":
      case "revise":
      case "withdraw":
        return record;
      case "away":
        return this.change({ ...record, state: "waiting", agent: null });
      case "learn":
      case "canned":
      case "draft": {
        const entry = { kind: "note", name: agent, text: act.type, at: AT } as const;
        return this.change({ ...record, entries: [...record.entries, entry] });
      }
      case "priority":
        return this.change({ ...record, facts: { ...record.facts, priority: act.priority } });
      case "reply":
      case "note": {
        const entry = { kind: act.type, name: agent, text: act.text, at: AT };
        const claimed = act.type === "reply" ? { state: "claimed" as const, agent } : {};
        return this.change({ ...record, ...claimed, entries: [...record.entries, entry] });
      }
    }
  }
}

function talk(
  conversations: Conversations,
  options: FakeApplicationOptions,
  recorded: { readonly sent: SendRequest[]; readonly stops: ConversationId[] },
): Pick<Application, "send" | "stop" | "watch" | "transcript"> {
  const running = new Map<ConversationId, AbortController>();
  const onMessage =
    options.onMessage ?? ((turn: FakeTurn) => void turn.reply({ text: turn.message.text }));
  return {
    async send(request, { signal }) {
      signal.throwIfAborted();
      if (request.text.trim() === "") {
        throw new FrontdeskError("message_empty", "The message is empty.");
      }
      if (request.text.length > 16_000) {
        throw new FrontdeskError("message_too_long", "The message is too long.");
      }
      recorded.sent.push(request);
      const { conversationId } = request;
      const message = conversations.add({
        conversationId,
        author: "user",
        name: request.speaker.displayName ?? request.speaker.userId,
        reply: null,
        text: request.text.trim(),
        replyTo: null,
      });
      const stopping = new AbortController();
      running.set(conversationId, stopping);
      await onMessage({
        message,
        stopped: stopping.signal,
        progress: (progress) => conversations.emit(conversationId, { type: "progress", progress }),
        reply: (parts, to = message.id) => conversations.addReply(conversationId, parts, to),
        settle: (outcome) =>
          conversations.emit(conversationId, { type: "settled", messageId: message.id, outcome }),
      });
      return message;
    },
    async stop(id) {
      recorded.stops.push(id);
      running.get(id)?.abort();
    },
    async watch(id, listener, { signal }) {
      conversations.watch(id, listener, signal);
    },
    async transcript({ conversationId, afterSeq, limit, isWhole }) {
      const after = isWhole
        ? afterSeq
        : Math.max(afterSeq, conversations.hiddenUntil(conversationId));
      return conversations.messages
        .filter((one) => one.conversationId === conversationId && one.seq > after)
        .slice(-limit);
    },
  };
}

/** Makes an application in memory that obeys the port as far as terminals use it. */
export function createFakeApplication(options: FakeApplicationOptions = {}): FakeApplication {
  const conversations = new Conversations();
  const cases = new Cases();
  const sent: SendRequest[] = [];
  const stops: ConversationId[] = [];
  const resets: ConversationId[] = [];
  const letterActs: string[] = [];
  const jobActs: string[] = [];
  return {
    ...talk(conversations, options, { sent, stops }),
    mode: options.mode ?? "owner",
    sent,
    stops,
    resets,
    letterActs,
    jobActs,
    watching: () =>
      [...conversations.listeners.values()].reduce((sum, set) => sum + set.size, 0) +
      cases.listeners.size,
    say: (id, parts) => conversations.addReply(id, parts, null),
    emit: (id, event) => conversations.emit(id, event),
    openCase: (record) => void cases.change(record),
    addEntry(id, entry) {
      const record = cases.get(id);
      cases.change({ ...record, entries: [...record.entries, entry] });
    },
    async reset(id) {
      resets.push(id);
      conversations.hideEarlier(id);
    },
    async topics() {
      return { topics: [], entities: [], passages: 0, leftOut: 0 };
    },
    async search() {
      return { passages: options.passages ?? [], degraded: [], timings: {} };
    },
    async sources({ speaker }) {
      return (options.sources ?? [defaultSource]).filter(
        ({ visibility }) => speaker === null || mayKnow(speaker, visibility),
      );
    },
    async cases({ includeResolved }) {
      return [...cases.records.values()].filter(
        ({ state }) => includeResolved || (state !== "resolved" && state !== "closed"),
      );
    },
    async actOnCase(id, agent, act) {
      return cases.act(id, agent, act);
    },
    async watchDesk(listener, { signal }) {
      cases.listeners.add(listener);
      signal.addEventListener("abort", () => cases.listeners.delete(listener), { once: true });
    },
    async status() {
      const { status } = options;
      return { ...emptyStatus, ...(typeof status === "function" ? status() : status) };
    },
    close: () => Promise.resolve(),
    ingest: refuse,
    removeSource: refuse,
    judgeDocument: refuse,
    judgedDocuments: refuse,
    conversations: refuse,
    talks: async () => [],
    readConversation: refuse,
    deleteConversation: refuse,
    person: refuse,
    erasePerson: refuse,
    reviewed: async ({ limit }) => (options.reviewed ?? []).slice(0, limit),
    handovers: async ({ limit }) => (options.handovers ?? []).slice(0, limit),
    async feedback({ value, limit }) {
      const all = options.feedback ?? [];
      return all.filter((one) => value === null || one.value === value).slice(0, limit);
    },
    async jobs({ states, limit }) {
      return (options.jobs ?? []).filter(({ state }) => states.includes(state)).slice(0, limit);
    },
    async readJob(id) {
      return (options.jobs ?? []).find((job) => job.id === id) ?? null;
    },
    async resolveJob(id, act) {
      const job = (options.jobs ?? []).find((one) => one.id === id);
      if (job === undefined || (act === "retry" && job.state !== "failed")) return false;
      jobActs.push(`${act} ${id}`);
      return true;
    },
    async startJob(task) {
      jobActs.push(`start ${task.type}`);
      const [job] = options.jobs ?? [];
      return job ?? refuse();
    },
    swapModel: async (act) => options.swap?.(act) ?? refuse(),
    async deadLetters() {
      return options.letters ?? [];
    },
    async resolveDeadLetter({ key }, act) {
      letterActs.push(`${act} ${key}`);
      return true;
    },
  };
}
