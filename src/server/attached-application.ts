import { z } from "zod";
import type { CaseId, CaseRecord } from "../core/index.ts";
import { isFrontdeskError } from "../core/index.ts";
import type {
  Application,
  ApplicationStatus,
  DeadLetter,
  SearchResponse,
} from "../ports/application.ts";
import type { InstanceSummary } from "../ports/conversation-directory.ts";
import type { JudgedDocument } from "../ports/document-standings.ts";
import type { Feedback } from "../ports/feedback.ts";
import type { HandoverSample } from "../ports/handover-log.ts";
import type { JobRecord } from "../ports/jobs.ts";
import type { IngestEvent, SourceSummary } from "../ports/knowledge-base.ts";
import type { ConversationEvent, LoggedMessage } from "../ports/message-log.ts";
import type { SwapStatus } from "../ports/model-swap.ts";
import type { PersonalRecords } from "../ports/people.ts";
import type { ReviewedTurn } from "../ports/review-log.ts";
import type { Talk } from "../ports/talk-log.ts";
import type { TopicOverview } from "../ports/topics.ts";
import { createRpcClient, type RpcClient } from "./rpc-client.ts";

// The other side is our own code of the same version, run by the same user behind a socket that only he can open:
// these schemas give its answers their types and do not check them again.
const answers = {
  message: z.custom<LoggedMessage>(),
  messages: z.custom<readonly LoggedMessage[]>(),
  conversationEvent: z.custom<ConversationEvent>(),
  search: z.custom<SearchResponse>(),
  topics: z.custom<TopicOverview>(),
  ingestEvent: z.custom<IngestEvent>(),
  sources: z.custom<readonly SourceSummary[]>(),
  count: z.number(),
  judged: z.custom<JudgedDocument>(),
  allJudged: z.custom<readonly JudgedDocument[]>(),
  cases: z.custom<readonly CaseRecord[]>(),
  case: z.custom<CaseRecord>(),
  caseId: z.custom<CaseId>(),
  summaries: z.custom<readonly InstanceSummary[]>(),
  talks: z.custom<readonly Talk[]>(),
  text: z.string().nullable(),
  flag: z.boolean(),
  personal: z.custom<PersonalRecords>(),
  deadLetters: z.custom<readonly DeadLetter[]>(),
  feedback: z.custom<readonly Feedback[]>(),
  reviewed: z.custom<readonly ReviewedTurn[]>(),
  handovers: z.custom<readonly HandoverSample[]>(),
  job: z.custom<JobRecord>(),
  jobs: z.custom<readonly JobRecord[]>(),
  swap: z.custom<SwapStatus>(),
  status: z.custom<ApplicationStatus>(),
};

/** Resolves when the subscription stands; events go on until the signal aborts. A lost owner is told by `onLost`. */
function subscribe<Event>(
  client: RpcClient,
  subscription: {
    readonly method: string;
    readonly args: unknown;
    readonly schema: z.ZodType<Event>;
    readonly listener: (event: Event) => void;
    readonly signal: AbortSignal;
    readonly onLost: (error: unknown) => void;
  },
): Promise<void> {
  const { signal } = subscription;
  return new Promise((resolve, reject) => {
    const run = async (): Promise<void> => {
      for await (const event of client.stream(
        subscription.method,
        subscription.args,
        signal,
        resolve,
      )) {
        subscription.listener(subscription.schema.parse(event));
      }
    };
    run().catch((error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      if (!signal.aborted) subscription.onLost(error);
    });
  });
}

/**
 * The application of another process, over its socket.
 * @param onLost called once when a subscription breaks because the owner went away
 */
export function createAttachedApplication(options: {
  readonly socketPath: string;
  readonly version: string;
  readonly onLost: (error: unknown) => void;
}): Application {
  const client = createRpcClient(options);
  const ask = async <Answer>(
    method: string,
    args: unknown,
    schema: z.ZodType<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> => schema.parse(await client.unary(method, args, signal));
  const done = z.unknown().transform(() => undefined);
  const onLost = (error: unknown): void => {
    if (isFrontdeskError(error, "not_running")) options.onLost(error);
  };

  return {
    mode: "attached",
    send: (request, { signal }) => ask("send", request, answers.message, signal),
    stop: (id, { signal }) => ask("stop", { id }, done, signal),
    reset: (id, { signal }) => ask("reset", { id }, done, signal),
    watch: (id, listener, { signal }) =>
      subscribe(client, {
        method: "watch",
        args: { id },
        schema: answers.conversationEvent,
        listener,
        signal,
        onLost,
      }),
    transcript: (query, { signal }) => ask("transcript", query, answers.messages, signal),
    search: (request, { signal }) => ask("search", request, answers.search, signal),
    topics: (query, { signal }) => ask("topics", query, answers.topics, signal),
    async *ingest(request, { signal }) {
      for await (const event of client.stream("ingest", request, signal)) {
        yield answers.ingestEvent.parse(event);
      }
    },
    sources: (query, { signal }) => ask("sources", query, answers.sources, signal),
    removeSource: (target, { signal }) => ask("removeSource", { target }, answers.count, signal),
    judgeDocument: (request, { signal }) => ask("judgeDocument", request, answers.judged, signal),
    judgedDocuments: ({ signal }) => ask("judgedDocuments", {}, answers.allJudged, signal),
    cases: (query, { signal }) => ask("cases", query, answers.cases, signal),
    actOnCase: (id, agent, act, { signal }) =>
      ask("actOnCase", { id, agent, act }, answers.case, signal),
    watchDesk: (listener, { signal }) =>
      subscribe(client, {
        method: "watchDesk",
        args: {},
        schema: answers.caseId,
        listener,
        signal,
        onLost,
      }),
    conversations: (query, { signal }) => ask("conversations", query, answers.summaries, signal),
    talks: (query, { signal }) => ask("talks", query, answers.talks, signal),
    readConversation: (id, { signal }) => ask("readConversation", { id }, answers.text, signal),
    deleteConversation: (id, { signal }) => ask("deleteConversation", { id }, answers.flag, signal),
    person: (who, { signal }) => ask("person", { who }, answers.personal, signal),
    erasePerson: (who, { signal }) => ask("erasePerson", { who }, answers.personal, signal),
    feedback: (query, { signal }) => ask("feedback", query, answers.feedback, signal),
    reviewed: (query, { signal }) => ask("reviewed", query, answers.reviewed, signal),
    handovers: (query, { signal }) => ask("handovers", query, answers.handovers, signal),
    deadLetters: ({ signal }) => ask("deadLetters", {}, answers.deadLetters, signal),
    resolveDeadLetter: (letter, act, { signal }) =>
      ask("resolveDeadLetter", { letter, act }, answers.flag, signal),
    jobs: (query, { signal }) => ask("jobs", query, answers.jobs, signal),
    readJob: (id, { signal }) => ask("readJob", { id }, answers.job.nullable(), signal),
    resolveJob: (id, act, { signal }) => ask("resolveJob", { id, act }, answers.flag, signal),
    startJob: (task, { signal }) => ask("startJob", task, answers.job, signal),
    swapModel: (act, { signal }) => ask("swapModel", { act }, answers.swap, signal),
    status: ({ signal }) => ask("status", {}, answers.status, signal),
    close: () => Promise.resolve(),
  };
}
