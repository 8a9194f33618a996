import { z } from "zod";
import {
  type CaseId,
  type CaseRecord,
  draftOf,
  FrontdeskError,
  isFrontdeskError,
  type KnowledgeDraft,
  parseVisibility,
  type Visibility,
} from "../core/index.ts";
import type { DeskAct } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, DeskUpdate, DeskView, HumanDesk } from "../ports/desk.ts";
import type { DocumentShelf } from "../ports/document-shelf.ts";
import type { HandoverLog, HandoverSample } from "../ports/handover-log.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Logger } from "../ports/logger.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
/** The collection of what was learned from cases. */
const COLLECTION = "cases";

const keptSchema = z.object({ state: z.enum(["offered", "approved"]) });

export interface LearningParts {
  readonly view: Pick<DeskView, "get">;
  readonly inbox: Pick<Inbox, "tell">;
  readonly memory: Pick<KeyedMemory, "get" | "set" | "claim">;
  readonly log: HandoverLog;
  /** Takes the documents, each named after its case. */
  readonly shelf: Pick<DocumentShelf, "put">;
  readonly clock: Clock;
  readonly botName: string;
  /** What is said at the desk. */
  readonly words: {
    readonly offer: (draft: KnowledgeDraft) => string;
    readonly learned: (agent: string, visibility: string) => string;
  };
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What is kept of a handover for whoever looks at where the bot fails; null while it is open. */
function sampleOf({ id, packet, facts, openedAt, entries }: CaseRecord): HandoverSample | null {
  const { resolution, resolvedAt, rating, team } = facts;
  if (resolution === null || resolvedAt === null) return null;
  const { conversationId, platform, language, reason, question, confidence } = packet;
  return {
    ...{ caseId: id, conversationId, platform, language, reason, question, confidence },
    tried: packet.tried,
    suggestedAnswer: packet.suggestedAnswer,
    answers: entries
      .filter(({ kind, text }) => kind === "reply" && text !== "")
      .map(({ text }) => text),
    ...{ resolution, rating, team, openedAt, resolvedAt },
  };
}

function visibilityOf(given: string | null): { readonly text: string; readonly value: Visibility } {
  const text = given ?? "internal";
  const value = parseVisibility(text);
  if (value !== null) return { text, value };
  throw new FrontdeskError(
    "usage",
    `${text} is no visibility; it is public, internal or group:NAME.`,
  );
}

function documentOf({ question, answer }: KnowledgeDraft): string {
  // A line of the answer that looks like a heading would end it.
  const body = answer.replaceAll(/^(#{1,6}\s)/gmu, "\\$1");
  return `# ${question}\n\n${body}\n`;
}

/** Turns answers of people into documents. */
export interface Learning {
  /** Keeps a case that has ended as labelled data, and offers a draft to editors where it was solved and can still go on. */
  ended(id: CaseId): Promise<void>;
  /**
   * Makes a document of a case; it is found from then on by whoever may read it.
   * @throws FrontdeskError `forbidden` unless the agent is an editor, `usage`, and as of `DocumentShelf.put`
   */
  learn(
    record: CaseRecord,
    agent: Agent,
    act: Extract<DeskAct, { type: "learn" }>,
    key: string,
  ): Promise<void>;
}

function assertEditor({ role, name }: Agent): void {
  if (role === "admin" || role === "editor") return;
  throw new FrontdeskError(
    "forbidden",
    `Only editors and administrators add to the documents; ${name} is neither (access.people).`,
  );
}

export function createLearning(parts: LearningParts): Learning {
  const { view, inbox, memory, log, shelf, clock, words, signal } = parts;
  const nameOf = (id: CaseId): string => `desk:draft:${id}`;

  const note = async (id: CaseId, agent: string, text: string, key: string): Promise<void> => {
    const event = { type: "agent.noted", agent, text, at: clock.now() };
    await inbox.tell({ kind: "case", id }, event, [key]);
  };

  const offer = async (record: CaseRecord): Promise<void> => {
    const draft = record.facts.resolution === "solved" ? draftOf(record) : null;
    if (draft === null) return;
    const key = `learn:${record.id}:${record.facts.reopened}`;
    await memory.claim(nameOf(record.id), { state: "offered" }, YEAR_MS);
    const kept = keptSchema.safeParse(await memory.get(nameOf(record.id)));
    if (kept.data?.state === "approved") return;
    await note(record.id, parts.botName, words.offer(draft), key);
  };

  return {
    async ended(id) {
      const record = await view.get(id);
      const sample = record === null ? null : sampleOf(record);
      if (record === null || sample === null) return;
      await log.add(sample);
      if (record.state === "resolved") await offer(record);
    },
    async learn(record, agent, { visibility: wanted, question, answer }, key) {
      assertEditor(agent);
      const visibility = visibilityOf(wanted);
      const found = draftOf(record) ?? { question: "", answer: "" };
      const draft = {
        question: (question ?? found.question).replace(/\s+/gu, " ").trim(),
        answer: (answer ?? found.answer).trim(),
      };
      if (draft.question === "" || draft.answer === "") {
        throw new FrontdeskError("usage", "There is no question and answer in this case to learn.");
      }
      const document = {
        collection: COLLECTION,
        name: `${record.id}.md`,
        bytes: Buffer.from(documentOf(draft)),
        visibility: visibility.value,
      };
      await shelf.put(document, { signal });
      await memory.set(nameOf(record.id), { state: "approved" }, YEAR_MS);
      await note(
        record.id,
        agent.name,
        words.learned(agent.name, visibility.text),
        `learned:${key}`,
      );
    },
  };
}

/** Cases that end, or are rated later; and lines that were changed or taken back, of which no copy is to stay. */
function mayChangeWhatIsKept(
  update: DeskUpdate,
): update is Extract<DeskUpdate, { type: "state" | "revised" }> {
  if (update.type === "revised") return true;
  return update.type === "state" && (update.state === "resolved" || update.state === "closed");
}

/**
 * A desk at which every ended case is kept and learned from, and kept anew when it is rated or its lines change later. What goes wrong there holds
 * nothing up.
 */
export function createLearningDesk(desk: HumanDesk, learning: Learning, logger: Logger): HumanDesk {
  return {
    async publish(update, call) {
      await desk.publish(update, call);
      if (!mayChangeWhatIsKept(update)) return;
      await learning.ended(update.caseId).catch((error: unknown) => {
        if (isFrontdeskError(error) && error.retryable) throw error;
        logger.warn({ err: error, caseId: update.caseId }, "an ended case was not learned from");
      });
    },
  };
}
