import { once } from "node:events";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Decision, ErrorCode, HandoffReason, StageTimings } from "../core/index.ts";
import { timeLimit } from "../core/index.ts";
import type { InferenceObserver, ModelReading } from "../ports/inference-observer.ts";
import type { RetrievalDegradation } from "../ports/retriever.ts";
import { createModelMetrics, type ModelMetrics } from "./model-metrics.ts";

/** Numbers that are read at the moment somebody asks for the metrics. */
interface MetricSources {
  /** Whether the conversation store takes in what is new. */
  isStoreUp(): Promise<boolean>;
  /** Of the conversation store. */
  conversations(): Promise<{
    readonly instances: number;
    readonly ready: number;
    readonly leased: number;
    readonly unread: number;
    readonly timers: number;
    readonly deadLetters: number;
    readonly waiting: number;
  }>;
  jobs(): Promise<Readonly<Record<string, number>>>;
  /** Open cases by state. */
  cases(): Promise<Readonly<Record<string, number>>>;
  /** Whether the place where a platform shows cases can be used; true where there is none. */
  isDeskUp(): boolean;
  knowledge(): Promise<{
    readonly documents: number;
    readonly chunks: number;
    readonly vectors: { readonly state: string; readonly embedded: number };
  }>;
  /** Local and remote models. */
  models(): readonly ModelReading[];
}

/** A source that is away keeps its last values, and hides no other. */
async function each(reads: readonly (() => Promise<void>)[]): Promise<void> {
  await Promise.allSettled(reads.map((read) => read()));
}

/** Everything that is counted, in Prometheus' text form. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  turnFinished(turn: { readonly decision: Decision; readonly timings: StageTimings }): void;
  committed(commit: {
    readonly kind: string;
    readonly durationMs: number;
    readonly isFirst: boolean;
  }): void;
  taskFinished(task: {
    readonly src: string;
    readonly durationMs: number;
    readonly error: ErrorCode | null;
  }): void;
  delivered(delivery: { readonly type: string; readonly outcome: string }): void;
  leaseLost(): void;
  fellBack(): void;
  retrievalDegraded(part: RetrievalDegradation): void;
  /** What looking for an answer that was written before came to. */
  answerCache(outcome: "hit" | "miss" | "stored"): void;
  /** The team of each is empty for the one queue of all. */
  caseOpened(opened: { readonly team: string; readonly reason: HandoffReason }): void;
  caseReached(reached: {
    readonly team: string;
    readonly stage: string;
    readonly durationMs: number;
  }): void;
  caseRated(rated: { readonly team: string; readonly stars: number }): void;
  caseReopened(reopened: { readonly team: string }): void;
  /** To be told how inference goes. */
  readonly inference: InferenceObserver;
  /** From now on these are read with every scrape. */
  watch(sources: MetricSources): void;
}

/** Like `/readyz`: whoever asks does not wait longer for a store that hangs. */
const REFRESH_MS = 1_500;
/** From half a minute to two days. */
const CASE_SECONDS = [30, 60, 300, 900, 1_800, 3_600, 14_400, 28_800, 86_400, 172_800];
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name: `frontdesk_${name}`, help, registers: [registry] });
}

function watchSources(
  registry: Registry,
  sources: MetricSources,
  models: ModelMetrics,
): () => Promise<void> {
  const isStoreUp = gauge(
    registry,
    "store_up",
    "1 when the conversation store can be reached, is fit and has room: else nothing new is taken in",
  );
  const instances = gauge(registry, "conversations", "Conversations and cases that are kept");
  const ready = gauge(registry, "queue_ready", "Instances that wait for a worker");
  const unread = gauge(registry, "queue_events", "Events that wait to be handled");
  const leased = gauge(registry, "leases", "Instances that a worker holds");
  const timers = gauge(registry, "timers", "Armed timers");
  const letters = gauge(registry, "dead_letters", "Effects that could not be delivered");
  const outbox = gauge(registry, "outbox", "Effects that wait to be delivered, of all processes");
  const documents = gauge(registry, "knowledge_documents", "Documents in the knowledge base");
  const chunks = gauge(registry, "knowledge_passages", "Passages in the knowledge base");
  const embedded = gauge(registry, "knowledge_vectors", "Passages with a vector");
  const hasVectors = gauge(registry, "vectors_up", "1 when vectors take part in answers");
  const isDeskUp = gauge(
    registry,
    "desk_up",
    "1 unless the channel or ticket system where cases are shown cannot be used",
  );
  const jobs = new Gauge({
    name: "frontdesk_jobs",
    help: "Jobs in the background by state",
    labelNames: ["state"] as const,
    registers: [registry],
  });
  const cases = new Gauge({
    name: "frontdesk_cases",
    help: "Cases at the desk by state: waiting for somebody, or claimed",
    labelNames: ["state"] as const,
    registers: [registry],
  });
  const readCases = async (): Promise<void> => {
    for (const [state, count] of Object.entries(await sources.cases())) cases.set({ state }, count);
  };
  const readConversations = async (): Promise<void> => {
    const conversations = await sources.conversations();
    instances.set(conversations.instances);
    ready.set(conversations.ready);
    unread.set(conversations.unread);
    leased.set(conversations.leased);
    timers.set(conversations.timers);
    letters.set(conversations.deadLetters);
    outbox.set(conversations.waiting);
  };
  const readKnowledge = async (): Promise<void> => {
    const knowledge = await sources.knowledge();
    documents.set(knowledge.documents);
    chunks.set(knowledge.chunks);
    embedded.set(knowledge.vectors.embedded);
    hasVectors.set(knowledge.vectors.state === "ready" ? 1 : 0);
  };
  const readJobs = async (): Promise<void> => {
    for (const [state, count] of Object.entries(await sources.jobs())) jobs.set({ state }, count);
  };
  return () =>
    each([
      async () => models.read(sources.models()),
      async () => isDeskUp.set(sources.isDeskUp() ? 1 : 0),
      async () => isStoreUp.set((await sources.isStoreUp()) ? 1 : 0),
      readConversations,
      readKnowledge,
      readJobs,
      readCases,
    ]);
}

function createSeries(registry: Registry) {
  const registers = [registry];
  return {
    turns: new Counter({
      name: "frontdesk_turns_total",
      help: "Replies that reached their platform",
      labelNames: ["decision"] as const,
      registers,
    }),
    stages: new Histogram({
      name: "frontdesk_stage_seconds",
      help: "Time of each stage of a turn",
      labelNames: ["stage"] as const,
      buckets: SECONDS,
      registers,
    }),
    commits: new Histogram({
      name: "frontdesk_commit_seconds",
      help: "Time of a commit to the conversation store",
      buckets: SECONDS,
      registers,
    }),
    tasks: new Counter({
      name: "frontdesk_tasks_total",
      help: "Tasks of the dialogue by result",
      labelNames: ["task", "result"] as const,
      registers,
    }),
    deliveries: new Counter({
      name: "frontdesk_deliveries_total",
      help: "Attempts to send by outcome",
      labelNames: ["type", "outcome"] as const,
      registers,
    }),
    lost: new Counter({
      name: "frontdesk_leases_lost_total",
      help: "Leases that another worker took over",
      registers,
    }),
    fallbacks: new Counter({
      name: "frontdesk_fallbacks_total",
      help: "Conversations whose state could not be read and that went to a person",
      registers,
    }),
    answerCache: new Counter({
      name: "frontdesk_answer_cache_total",
      help: "Answers of the chat model that were found in the cache, were not, or were put there",
      labelNames: ["result"] as const,
      registers,
    }),
    begun: new Counter({
      name: "frontdesk_conversations_begun_total",
      help: "Conversations that began: the share that got along without a person is one minus cases opened by these",
      registers,
    }),
    casesOpened: new Counter({
      name: "frontdesk_cases_opened_total",
      help: "Conversations that were handed over to people, by reason and team",
      labelNames: ["reason", "team"] as const,
      registers,
    }),
    caseStages: new Histogram({
      name: "frontdesk_case_seconds",
      help: "Time since a case was opened until it was claimed, first replied to and resolved",
      labelNames: ["stage", "team"] as const,
      buckets: CASE_SECONDS,
      registers,
    }),
    ratings: new Counter({
      name: "frontdesk_case_ratings_total",
      help: "Ratings of the help by people, by stars",
      labelNames: ["stars", "team"] as const,
      registers,
    }),
    casesReopened: new Counter({
      name: "frontdesk_cases_reopened_total",
      help: "Cases that came back after they were resolved",
      labelNames: ["team"] as const,
      registers,
    }),
    degraded: new Counter({
      name: "frontdesk_retrieval_degraded_total",
      help: "Searches that had to do without vectors or without the reranker",
      labelNames: ["reason"] as const,
      registers,
    }),
  };
}

/** Starts counting. Names begin with `frontdesk_`; durations are in seconds. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const series = createSeries(registry);
  const models = createModelMetrics(registry);
  let refresh: () => Promise<void> = () => Promise.resolve();
  return {
    contentType: registry.contentType,
    inference: models,
    async text() {
      // A store that is away must not hide what is counted here; its gauges keep their last value.
      const refreshed = refresh().catch(() => {});
      await Promise.race([refreshed, once(timeLimit(REFRESH_MS), "abort")]);
      return registry.metrics();
    },
    turnFinished({ decision, timings }) {
      series.turns.inc({ decision });
      for (const [name, ms] of Object.entries(timings)) {
        series.stages.observe({ stage: name.replace(/Ms$/u, "") }, ms / 1000);
      }
    },
    committed({ kind, durationMs, isFirst }) {
      series.commits.observe(durationMs / 1000);
      if (isFirst && kind === "dialogue") series.begun.inc();
    },
    taskFinished: ({ src, error }) => series.tasks.inc({ task: src, result: error ?? "ok" }),
    delivered: ({ type, outcome }) => series.deliveries.inc({ type, outcome }),
    leaseLost: () => series.lost.inc(),
    fellBack: () => series.fallbacks.inc(),
    caseOpened: (labels) => series.casesOpened.inc(labels),
    caseReached: ({ stage, team, durationMs }) =>
      series.caseStages.observe({ stage, team }, durationMs / 1000),
    caseRated: ({ stars, team }) => series.ratings.inc({ stars: String(stars), team }),
    caseReopened: ({ team }) => series.casesReopened.inc({ team }),
    retrievalDegraded: (reason) => series.degraded.inc({ reason }),
    answerCache: (result) => series.answerCache.inc({ result }),
    watch(sources) {
      refresh = watchSources(registry, sources, models);
    },
  };
}
