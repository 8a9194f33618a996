import { assertNever, FrontdeskError } from "../core/index.ts";
import type { Application, ApplicationStatus, DeadLetter } from "../ports/application.ts";
import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { DeskEraser } from "../ports/desk.ts";
import type { FeedbackLog } from "../ports/feedback.ts";
import type { HandoverLog } from "../ports/handover-log.ts";
import type { JobQueue, JobRequest } from "../ports/jobs.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { ModelSwap } from "../ports/model-swap.ts";
import type { ReviewLog } from "../ports/review-log.ts";
import type { TalkLog } from "../ports/talk-log.ts";
import { type ConversingParts, createConversing } from "./conversing.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { createDeskActs, type DeskParts } from "./desk-acts.ts";
import { exportJob, ingestJob, REBUILD_JOB } from "./jobs/index.ts";
import { createKnowing, type KnowingParts } from "./knowing.ts";
import { erasePerson, personalRecords } from "./personal-records.ts";

/** Undeliverable effects, as the application shows them. */
interface LetterOffice {
  list(query: { readonly limit: number }): Promise<readonly DeadLetter[]>;
  resolve(letter: Pick<DeadLetter, "instance" | "key">, act: "retry" | "drop"): Promise<boolean>;
}

/** What an application is made of. */
export interface ApplicationParts extends ConversingParts, DeskParts, KnowingParts {
  readonly directory: ConversationDirectory;
  readonly letters: LetterOffice;
  readonly feedback: Pick<FeedbackLog, "list" | "removeConversation">;
  readonly review: Pick<ReviewLog, "list" | "removeConversation">;
  readonly eraser: DeskEraser;
  readonly drafts: Parameters<typeof deleteConversation>[0]["drafts"];
  readonly tellErased: Parameters<typeof deleteConversation>[0]["tellErased"];
  readonly handovers: Pick<HandoverLog, "list" | "remove">;
  readonly talks: Pick<TalkLog, "list">;
  readonly memory: Pick<KeyedMemory, "get" | "list" | "delete">;
  readonly jobs: JobQueue;
  /** Null where the chat model is none of this machine. */
  readonly swap: ModelSwap | null;
  readonly status: () => Promise<ApplicationStatus>;
  /** Ends everything that was opened for it. */
  readonly close: () => Promise<void>;
}

function createKeeping(
  parts: ApplicationParts,
): Pick<
  Application,
  | "conversations"
  | "talks"
  | "readConversation"
  | "deleteConversation"
  | "person"
  | "erasePerson"
  | "deadLetters"
  | "resolveDeadLetter"
  | "feedback"
  | "reviewed"
  | "handovers"
> {
  const { directory, letters, feedback, review, handovers, talks } = parts;
  return {
    feedback: (query) => feedback.list(query),
    reviewed: (query) => review.list(query),
    handovers: (query) => handovers.list(query),
    talks: ({ days }) => talks.list(days),
    conversations: ({ limit }) => directory.list({ kind: "dialogue", limit }),
    readConversation: (id) => directory.read({ kind: "dialogue", id }),
    deleteConversation: (id) => deleteConversation(parts, id),
    person: (who, call) => personalRecords(parts, who, call),
    erasePerson: (who, call) => erasePerson(parts, who, call),
    deadLetters: () => letters.list({ limit: Infinity }),
    resolveDeadLetter: (letter, act) => letters.resolve(letter, act),
  };
}

/** The part of the application that works in the background. */
function createJobbing(
  jobs: JobQueue,
): Pick<Application, "jobs" | "readJob" | "resolveJob" | "startJob"> {
  return {
    jobs: (query) => jobs.list(query),
    readJob: (id) => jobs.read(id),
    resolveJob: (id, act) => jobs.resolve(id, act),
    startJob: (task) => jobs.enqueue(requestOf(task)),
  };
}

function requestOf(task: Parameters<Application["startJob"]>[0]): JobRequest {
  switch (task.type) {
    case "ingest":
      return ingestJob(task);
    case "rebuild":
      return REBUILD_JOB;
    case "export":
      return exportJob(task);
    default:
      return assertNever(task);
  }
}

function noLocalModel(): FrontdeskError {
  return new FrontdeskError(
    "unsupported",
    "There is no chat model on this machine that could be replaced. Set models.chat (FRONTDESK_MODEL) and start again; " +
      "between servers the weights in models.upstreams shift the load.",
  );
}

/** The application of the process that owns the data directory. */
export function createApplication(parts: ApplicationParts): Application {
  let closing: Promise<void> | null = null;
  return {
    mode: "owner",
    ...createConversing(parts),
    ...createDeskActs(parts),
    ...createKnowing(parts),
    ...createKeeping(parts),
    ...createJobbing(parts.jobs),
    swapModel: async (act) => {
      if (parts.swap === null) throw noLocalModel();
      return act === null ? parts.swap.status() : parts.swap.act(act);
    },
    status: () => parts.status(),
    close() {
      closing ??= parts.close();
      return closing;
    },
  };
}
